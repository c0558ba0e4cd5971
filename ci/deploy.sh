#!/bin/sh
# Deploys $STACK. The preview is in the log; `up` makes its own again, and refuses before anything is touched.
set -eu
export PATH="$PWD/.tools:$PATH" PULUMI_SKIP_UPDATE_CHECK=true
python3 -m ci.newer "$STACK"
pulumi preview --stack "$STACK" --non-interactive --diff=false
# In the shell's place: Pulumi itself gets the signal when a run is cancelled, and ends in order.
exec pulumi up --stack "$STACK" --non-interactive --diff=false --yes
