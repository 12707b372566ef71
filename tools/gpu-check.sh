#!/usr/bin/env bash
# Checks a GPU with what is built already, downloads nothing, and prints one report as JSON: system and driver, which
# devices answer, how fast each is, and whether the device reads the same digits as the CPU, with probabilities within
# 1e-4. Ends with 1 where it does not. Rehearsed on a device in software only: see docs/gpu.md.
# Usage: tools/gpu-check.sh PROGRAM IMAGES [DEVICE [NAME=LIBRARY]] > report.json
#   PROGRAM  a folder with infer.dll and an ONNX Runtime that has the device's provider
#   IMAGES   a folder of images, such as one that tools/DigitFiles export writes
#   DEVICE   cuda, webgpu or one of them by number; cuda when left out
#   LIBRARY  a provider library for --provider-library
set -euo pipefail
program="${1:?name the folder of infer.dll}" images="${2:?name a folder of images}" device="${3:-cuda}"
plugin=(${4:+--provider-library "$4"})
infer() { dotnet "$program/infer.dll" "$@" ${plugin[@]+"${plugin[@]}"}; }
# What comes from other programs, as a JSON string of one line.
quoted() { tr '\n\t' '  ' | sed 's/\\/\\\\/g; s/"/\\"/g; s/ *$//; s/^/"/; s/$/"/'; }

results="$(mktemp -d)"
trap 'rm -r "$results"' EXIT
driver="$( { nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || cat /proc/driver/nvidia/version || echo unknown; } 2>/dev/null | quoted)"
devices="$(infer devices --measure --format json)"
agreement="" separator="" failed=0
for model in dense conv best; do
    for where in cpu "$device"; do
        # An image that cannot be read is a row as well (1); anything else is the end.
        infer "$images" --model "$model" --device "$where" -f csv -q -o "$results/${where%%:*}.csv" || [ $? -eq 1 ]
    done
    # Digit and p0 to p9 of both; a path may have commas, so columns are counted from the end.
    one="$(paste -d '\n' "$results/cpu.csv" "$results/${device%%:*}.csv" | awk -F, '
        NR <= 2 { for (i = 1; i <= NF; i++) if ($i == "digit") first = NF - i; next }
        { digit = $(NF - first); if (NR % 2) { before = digit; for (i = 0; i < 10; i++) p[i] = $(NF - first + 2 + i); next }
          images++; if (digit != before) other++
          for (i = 0; i < 10; i++) { d = $(NF - first + 2 + i) - p[i]; if (d < 0) d = -d; if (d > most) most = d } }
        END { printf "{\"images\": %d, \"other_digits\": %d, \"largest_difference\": %.1e}", images, other, most
              exit !(images > 0 && other == 0 && most <= 1e-4) }')" || failed=1
    ran="$(infer info --model "$model" --device "$device" --format json)"
    agreement+="$separator\"$model\": {\"agreement\": $one, \"ran\": $ran}"
    separator=", "
done
printf '{"date": "%s", "system": %s, "driver": %s, "device": "%s", "devices": %s, "models": {%s}, "passed": %s}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(uname -srm | quoted)" "$driver" "$device" "$devices" "$agreement" \
    "$([ $failed -eq 0 ] && echo true || echo false)"
exit $failed
