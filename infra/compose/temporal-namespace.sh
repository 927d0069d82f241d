#!/bin/sh
# Makes the namespace of the sale; repeatable. Compose runs it again while Temporal does not answer.
set -eu
if temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then exit 0; fi
temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
