#!/usr/bin/env bash
# Starts a Slurm cluster of four nodes on this machine, kills tasks of infer.sbatch while they run, compares the merged
# rows with those of a single run, and stops the cluster. It needs the repository's build in Release, and Debian's
# slurmctld, slurmd, slurm-client and munge.
#
#     try.sh [PICTURES [TASKS [FORMAT]]]    one task is killed; by default 200 drawn digits, 4 tasks and csv
#     try.sh --all-faults PICTURES 16       two tasks are killed, a node is drained, and a node has a full disk (root)
#
# KEEP=1 keeps the logs and the rows.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
base=$(mktemp -d "${TMPDIR:-/tmp}/slurm.XXXXXX")
all_faults=
if [ "${1:-}" = --all-faults ]; then all_faults=1 && shift; fi
pictures=$(realpath "${1:-$base/pictures}") tasks=${2:-4} format=${3:-csv}
port=$((20000 + RANDOM % 20000))
export SLURM_CONF=$base/slurm.conf PATH=$base/bin:$PATH:/usr/sbin RETRY_DELAY=2
daemons=()

stop() {
    for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${daemons[@]}"; do wait "$pid" 2>/dev/null || true; done
    if [ -n "${KEEP:-}" ]; then echo "logs are in $base"; else rm -rf "$base"; fi
}
trap stop EXIT

say() { echo "$(date +%T) $*"; }

wait_until() {
    for _ in $(seq 600); do
        if "$@"; then return; fi
        sleep 0.1
    done
    say "waited for a minute: $*"
    tail -n 20 "$base"/slurmctld.log "$base"/infer-*.log
    exit 1
}

# Starts a program in the background and keeps its output.
start() {
    "${@:2}" >"$base/$1.log" 2>&1 &
    daemons+=($!)
}

mkdir "$base"/{bin,state,rows} "$base"/spool-n{1,2,3,4}
printf '#!/bin/sh\nexec dotnet "%s/src/OnnxDigits.Cli/bin/Release/net10.0/infer.dll" "$@"\n' "$repository" >"$base/bin/infer"
chmod +x "$base/bin/infer"
if ! [ -d "$pictures" ]; then
    dotnet "$repository/src/OnnxDigits.Training/bin/Release/net10.0/OnnxDigits.Training.dll" \
        digits export "$pictures" --data generated --count 200
fi

head -c 1024 /dev/urandom >"$base/munge.key"
chmod 400 "$base/munge.key"
start munged munged --foreground --force --key-file="$base/munge.key" --socket="$base/munge.socket" \
    --pid-file="$base/munged.pid" --log-file="$base/munge.log" --seed-file="$base/munge.seed"
wait_until test -S "$base/munge.socket"

cat >"$SLURM_CONF" <<CONF
ClusterName=try
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$base/munge.socket
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool-%n
SlurmctldPidFile=$base/slurmctld.pid
SlurmdPidFile=$base/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
JobCompType=jobcomp/filetxt
JobCompLoc=$base/jobs.txt
MailProg=/bin/true
ReturnToService=2
KillWait=1
NodeName=n[1-4] NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 4))] CPUs=1
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
start slurmctld slurmctld -D
for node in n1 n2 n3; do start $node slurmd -D -N $node; done
if [ -n "$all_faults" ]; then
    # On this node, the folder of the rows is on a full disk.
    start n4 unshare --mount sh -c "mount -t tmpfs -o size=16k full '$base/rows' && head -c 1M /dev/zero \
        >'$base/rows/full' 2>/dev/null; exec slurmd -D -N n4"
else
    start n4 slurmd -D -N n4
fi
wait_until sh -c '[ "$(sinfo -h -N -t idle -o %N | wc -l)" = 4 ]'
say "cluster of $(sinfo -h -o '%D nodes: %N'), $(sinfo --version)"

kill_task() {
    pid=$(pgrep -o -f "infer.* --shard auto .*$base/rows/" || true)
    [ -n "$pid" ] && kill -KILL "$pid" 2>/dev/null && say "killed process $pid, a task on its way"
}

has_rows() { [ "$(find "$base/rows" -name "*.$format.json" | wc -l)" -ge "$1" ]; }

cd "$base"
job=$(sbatch --parsable --array="0-$((tasks - 1))" --mem=0 "$here/infer.sbatch" "$pictures" "$base/rows/rows-{shard}.$format")
merge=$(sbatch --parsable --dependency="afterok:$job" --kill-on-invalid-dep=yes --output=merge.log \
    --wrap="infer merge '$base/rows' -o '$base/merged.$format'")
say "submitted $tasks tasks as job $job, and the merge as job $merge"
wait_until kill_task
if [ -n "$all_faults" ]; then
    wait_until has_rows 3
    wait_until kill_task
    scontrol update NodeName=n3 State=DRAIN Reason=maintenance
    say "drained n3: $(sinfo -h -N -o '%N %T' | paste -sd, -)"
fi
while [ -n "$(squeue -h -j "$merge" 2>/dev/null)" ]; do
    # A cluster's health check drains a node whose disk is full.
    if [ "$(cat infer-*.log | grep -c 'on n4: exit code 5')" -ge 3 ] && [ "$(sinfo -h -n n4 -o %t)" != drain ]; then
        scontrol update NodeName=n4 State=DRAIN Reason="disk full"
    fi
    # Slurm starts a repeated task after two minutes.
    for task in $(squeue -h -r -t PENDING -j "$job" -o '%i %r' | awk '$2 == "BeginTime" { print $1 }'); do
        scontrol update JobId="$task" StartTime=now || true
    done
    sleep 0.5
done

say "tasks that ended, with their node and exit code:"
grep -h "exit code" "$base"/infer-*.log | sort || true
cat "$base/merge.log"
infer "$pictures" -q -o "single.$format" || [ $? = 1 ]
sha256sum "single.$format" "merged.$format"
cmp "single.$format" "merged.$format"
say "the merged rows are those of the single run"
