#!/usr/bin/env bash
# Checks a GPU with infer, and prints JSON: agreement with the CPU over a folder of pictures, images a second at batches of
# 1 to 4,096, and the most memory that the GPU used. It needs nothing from the network: only .NET's runtime, the driver
# with CUDA and cuDNN, a build of infer, and pictures, made beforehand on any machine:
#     dotnet build src/OnnxDigits.Cli -c Release -p:OnnxRuntimeGpu=true -o gpu
#     dotnet run --project src/OnnxDigits.Training -c Release -- digits export pictures --split test --count 10000
#     tools/check-gpu.sh gpu pictures [DEVICE]
set -euo pipefail
infer=$1/infer.dll pictures=$2 device=${3:-cuda}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Samples the memory of the GPU until the script ends.
memory=$work/memory
if command -v nvidia-smi > /dev/null; then
    nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits --loop-ms=100 > "$memory" &
    sampler=$!
    trap 'kill $sampler; rm -rf "$work"' EXIT
    gpu=$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | head -1)
fi

agreement() {
    for on in cpu "$device"; do
        dotnet "$infer" "$pictures" --model "$1" --device "$on" -q -f csv -o "$work/$on.csv" || [ $? = 1 ]
    done
    # Columns: 3 is the digit, 4 the confidence, 5 to 14 the probabilities.
    paste -d, "$work/cpu.csv" "$work/$device.csv" | awk -F, -v name="$1" '
        NR == 1 { width = NF / 2; next }
        { images++; if ($3 != $(3 + width)) digits++ }
        { for (i = 5; i <= 14; i++) { d = $i - $(i + width); if (d < 0) d = -d; if (d > most) most = d } }
        END { printf "    \"%s\": { \"images\": %d, \"digits_that_differ\": %d, \"largest_difference\": %g }",
              name, images, digits, most }'
}

echo "{"
echo "  \"gpu\": \"${gpu:-none}\", \"device\": \"$device\","
echo '  "agreement": {'
agreement dense
for model in conv best; do echo ","; agreement $model; done
printf '\n  },\n  "devices": '
dotnet "$infer" devices --measure | sed '2,$s/^/  /; $s/$/,/'
echo "  \"most_memory_mib\": $([ -s "$memory" ] && sort -n "$memory" | tail -1 || echo null)"
echo "}"
