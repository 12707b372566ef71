#!/usr/bin/env bash
# Starts a Slurm cluster of four nodes on this machine, kills tasks of infer.sbatch and train.sbatch while they run,
# compares the results with those of undisturbed runs, and stops the cluster. It needs the repository's build in
# Release, and Debian's slurmctld, slurmd, slurm-client and munge.
#
#     try.sh                                200 drawn digits are read in 4 tasks, and 4 recipes are trained
#     try.sh PICTURES [TASKS [FORMAT]]      reads pictures; one task is killed
#     try.sh --all-faults PICTURES 16       two tasks are killed, a node is drained, and a node has a full disk (root)
#     try.sh --sweep PLAN [OPTIONS]         trains the trials of a plan, with options of 'sweep run'; one task is killed
#
# KEEP=1 keeps the logs and the results.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
base=$(mktemp -d "${TMPDIR:-/tmp}/slurm.XXXXXX")
program=$repository/src/OnnxDigits.Training/bin/Release/net10.0
all_faults= pictures= plan=
case "${1:-}" in
    '') pictures=$base/pictures tasks=4 format=csv plan=$base/plan.json options=(--data generated) ;;
    --sweep) plan=$(realpath "$2") options=("${@:3}") ;;
    --all-faults) all_faults=1 && shift ;&
    *) pictures=$(realpath "$1") tasks=${2:-4} format=${3:-csv} ;;
esac
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
    tail -n 20 "$base"/slurmctld.log "$base"/{infer,train}-*.log
    exit 1
}

# Starts a program in the background and keeps its output.
start() {
    "${@:2}" >"$base/$1.log" 2>&1 &
    daemons+=($!)
}

train() { dotnet "$program/digit-train.dll" "$@"; }

mkdir "$base"/{bin,state,rows} "$base"/spool-n{1,2,3,4}
printf '#!/bin/sh\nexec dotnet "%s/src/OnnxDigits.Cli/bin/Release/net10.0/infer.dll" "$@"\n' "$repository" >"$base/bin/infer"
chmod +x "$base/bin/infer"
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

# Waits for the job $2, which follows the array $1.
wait_for() {
    while [ -n "$(squeue -h -j "$2" 2>/dev/null)" ]; do
        # A cluster's health check drains a node whose disk is full.
        if [ -n "$all_faults" ] && [ "$(cat infer-*.log | grep -c 'on n4: exit code 5')" -ge 3 ] \
            && [ "$(sinfo -h -n n4 -o %t)" != drain ]; then
            scontrol update NodeName=n4 State=DRAIN Reason="disk full"
        fi
        # Slurm starts a repeated task after two minutes. A second is enough, but within the second in which the task
        # ended, the node refuses it: its credential is revoked.
        for task in $(squeue -h -r -t PENDING -j "$1" -o '%i %r' | awk '$2 == "BeginTime" { print $1 }'); do
            sleep 2
            scontrol update JobId="$task" StartTime=now || true
        done
        sleep 0.5
    done
}

kill_process() { [ -n "$1" ] && kill -KILL "$1" 2>/dev/null && say "killed process $1, $2"; }

kill_infer() { kill_process "$(pgrep -o -f "infer.* --shard auto .*$base/rows/")" "a task on its way"; }

has_rows() { [ "$(find "$base/rows" -name "*.$format.json" | wc -l)" -ge "$1" ]; }

try_infer() {
    [ -d "$pictures" ] || train digits export "$pictures" --data generated --count 200
    job=$(sbatch --parsable --array="0-$((tasks - 1))" --mem=0 "$here/infer.sbatch" "$pictures" \
        "$base/rows/rows-{shard}.$format")
    merge=$(sbatch --parsable --dependency="afterok:$job" --kill-on-invalid-dep=yes --output=merge.log \
        --wrap="infer merge '$base/rows' -o '$base/merged.$format'")
    say "submitted $tasks tasks as job $job, and the merge as job $merge"
    wait_until kill_infer
    if [ -n "$all_faults" ]; then
        wait_until has_rows 3
        wait_until kill_infer
        scontrol update NodeName=n3 State=DRAIN Reason=maintenance
        say "drained n3: $(sinfo -h -N -o '%N %T' | paste -sd, -)"
    fi
    wait_for "$job" "$merge"
    say "tasks that ended, with their node and exit code:"
    grep -h "exit code" infer-*.log | sort || true
    cat merge.log
    infer "$pictures" -q -o "single.$format" || [ $? = 1 ]
    sha256sum "single.$format" "merged.$format"
    cmp "single.$format" "merged.$format"
    say "the merged rows are those of the single run"
}

# Kills the first task after the first epoch of trial 1.
kill_trial() {
    [ -e "$base/runs/trial-0001/checkpoint.dat" ] || return
    for pid in $(pgrep -f "sweep run $plan --task auto"); do
        if tr '\0' '\n' <"/proc/$pid/environ" | grep -qx SLURM_ARRAY_TASK_ID=0; then
            kill_process "$pid" "which had trained an epoch of trial 1"
            return
        fi
    done
    return 1
}

try_sweep() {
    [ -e "$plan" ] || cat >"$plan" <<'JSON'
{
  "network": "dense",
  "recipe": { "epochs": 2, "validationSplit": 0.1 },
  "axes": { "optimizer.learningRate": [0.0003, 0.001], "batchSize": [128, 512] }
}
JSON
    trials=$(($(train sweep list "$plan" -f csv | wc -l) - 1))
    job=$(sbatch --parsable --array="0-$((trials - 1))" --mem=0 --cpus-per-task=1 "$here/train.sbatch" "$program" \
        "$plan" "$base/runs" "${options[@]}")
    report=$(sbatch --parsable --dependency="afterok:$job" --kill-on-invalid-dep=yes --output=report.log \
        --wrap="dotnet '$program/digit-train.dll' sweep report '$plan' --runs-folder '$base/runs' \
            --picture '$base/ranking.png'")
    say "submitted $trials trials as job $job, and the report as job $report"
    wait_until kill_trial
    wait_for "$job" "$report"
    say "tasks that ended, with their node and exit code:"
    grep -h "exit code" train-*.log | sort
    if ! grep -h "Resuming" "train-${job}_0.log"; then
        say "the killed task wasn't repeated"
        tail -n 20 slurmctld.log
        exit 1
    fi
    cat report.log
    train sweep run "$plan" --task 1 --runs-folder undisturbed --threads 1 "${options[@]}" >undisturbed.log
    for folder in undisturbed runs; do
        # The last column is the time.
        cut -d, -f1-5 $folder/trial-0001/metrics.csv >$folder/trial-0001/figures.csv
        sha256sum $folder/trial-0001/{weights.dat,figures.csv} $folder/trial-0001/*.onnx
    done
    for file in $(cd undisturbed/trial-0001 && ls -- *.onnx *.dat confusion.csv figures.csv mistakes.csv); do
        cmp "undisturbed/trial-0001/$file" "runs/trial-0001/$file"
    done
    say "trial 1, which was killed and resumed, has the result of the undisturbed trial"
}

cd "$base"
if [ -n "$pictures" ]; then try_infer; fi
if [ -n "$plan" ]; then try_sweep; fi
