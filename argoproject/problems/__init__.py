"""Reports of problems in the forms that people and programs read. One form is one file; none changes what is told."""
