using System.ComponentModel.DataAnnotations;

namespace OnnxDigits.Inference.Execution;

/// <summary>Requires the name of a device.</summary>
internal sealed class DeviceNameAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => DeviceName.TryParse(value as string, out _);

    public override string FormatErrorMessage(string name) =>
        $"{name} must be auto, cpu, cuda, cuda:N, webgpu or webgpu:N, with N from 0";
}

/// <summary>Requires a dictionary from cuda or webgpu to the path of a library.</summary>
internal sealed class ProviderLibrariesAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is IDictionary<string, string> libraries
        && libraries.All(library =>
            library is { Key: DigitDevices.Cuda or DigitDevices.WebGpu, Value: { Length: > 0 } });

    public override string FormatErrorMessage(string name) => $"{name} must give a path for cuda or webgpu";
}
