#!/bin/sh
# Compares the clusters with what $STACK declares. Changes nothing; fails where they differ.
set -eu
export PATH="$PWD/.tools:$PATH" PULUMI_SKIP_UPDATE_CHECK=true
exec pulumi preview --stack "$STACK" --non-interactive --diff --refresh --expect-no-changes
