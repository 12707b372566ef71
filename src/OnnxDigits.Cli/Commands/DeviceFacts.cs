using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>What ran a model, in the brackets of a line.</summary>
internal static class DeviceFacts
{
    public static string Of(ModelInfo info) =>
        info.DeviceNotice is { } notice ? $"{info.Provider}; {notice}" : info.Provider;
}
