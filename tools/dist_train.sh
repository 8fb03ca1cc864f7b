#!/usr/bin/env bash
# bash tools/dist_train.sh CONFIG GPUS [OPTIONS of tools/train.py]
# Several machines: set NNODES, NODE_RANK, MASTER_ADDR and PORT on each.
set -euo pipefail
if [ $# -lt 2 ]; then
    echo "usage: bash tools/dist_train.sh CONFIG GPUS [options]" >&2
    exit 2
fi
CONFIG=$1
GPUS=$2
shift 2
POSITIONAL=("$CONFIG")

# exec: a signal to this script reaches the launcher, which is torchrun's.
exec python "$(dirname "$0")/launch.py" \
    --nnodes="${NNODES:-1}" \
    --node-rank="${NODE_RANK:-0}" \
    --master-addr="${MASTER_ADDR:-127.0.0.1}" \
    --master-port="${PORT:-29500}" \
    --nproc-per-node="$GPUS" \
    "$(dirname "$0")/train.py" "${POSITIONAL[@]}" --launcher pytorch "$@"
