"""The models of the configuration: the keys and values that each file may have.

Rules that need several fields or files are in `argoproject.checks`. `scalars` and `values` are the types of fields,
`validation` turns errors into problems, `schema` generates what editors and readers use. Of the models that other
packages use, each module declares its own in `__all__`; all of them can be imported from here.
"""

from argoproject.models.access import *
from argoproject.models.application_sets import *
from argoproject.models.applications import *
from argoproject.models.base import *
from argoproject.models.credentials import *
from argoproject.models.generators import *
from argoproject.models.guardrails import *
from argoproject.models.namespace import *
from argoproject.models.platform import *
from argoproject.models.repositories import *
from argoproject.models.settings import *
from argoproject.models.sources import *
