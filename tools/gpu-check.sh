#!/usr/bin/env bash
# Checks the CUDA path on a machine with an NVIDIA GPU, driver, CUDA and cuDNN: which devices answer, and whether the GPU
# reads the same digits as the CPU. Prints what differs and ends with 1 where something does.
# Usage: tools/gpu-check.sh FOLDER_OF_IMAGES
set -euo pipefail
cd "$(dirname "$0")/.."
images="${1:?name a folder of images, such as one that tools/DigitFiles export writes}"
dotnet build src/OnnxDigits.Cli -c Release -p:OnnxRuntimeGpu=true -o artifacts/gpu-check --nologo -v quiet
infer() { dotnet artifacts/gpu-check/infer.dll "$@"; }

infer devices --format table
results="$(mktemp -d)"
trap 'rm -r "$results"' EXIT
for model in dense conv; do
    for device in cpu cuda; do
        infer "$images" --model "$model" --device "$device" -f csv -q -o "$results/$device.csv"
        # The path and the digit: probabilities may differ in their last places.
        cut -d, -f1,3 "$results/$device.csv" > "$results/$device.digits"
    done
    diff "$results/cpu.digits" "$results/cuda.digits"
    echo "$model: cpu and cuda read the same $(($(wc -l < "$results/cpu.digits") - 1)) digits"
done
