using System.CommandLine;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents <c>infer devices</c>, which runs the model on each device and reports what is missing.</summary>
internal static class DevicesCommand
{
    public static Command Create(InferConsole console, StopSignal stop)
    {
        var format = CommonOptions.Format();
        var providerLibrary = ModelOptions.ProviderLibrary();
        var measure = new Option<bool>("--measure")
        {
            Description = "Measure the devices, and show which is better for one image and for a folder.",
        };
        var command = new Command("devices", "Tries each device. Shows which work and what the others need.")
        {
            format, measure, providerLibrary,
        };
        command.SetAction(parsed =>
        {
            var options = new DigitClassifierOptions();
            ModelOptions.AddProviderLibraries(parsed, providerLibrary, options);
            var devices = DigitDevices.Try(options);
            var facts = new JsonObject
            {
                ["onnx_runtime"] = DigitDevices.RuntimeVersion,
                ["providers_built_in"] = string.Join(", ", DigitDevices.Providers),
            };
            foreach (var device in devices)
            {
                facts[device.Name] = device.Info is { } info ? $"works ({Facts.Device(info)})" : device.Problem;
            }
            if (parsed.GetValue(measure))
            {
                DeviceMeasurement.AddTo(facts, devices.Where(device => device.Works), options, stop.Stopped);
            }
            Facts.Write(console, parsed.GetValue(format), facts);
        });
        return command;
    }
}
