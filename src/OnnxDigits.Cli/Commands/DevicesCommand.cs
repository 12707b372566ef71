using System.CommandLine;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>infer devices: which devices run the model. A provider that is listed may not load, so each is tried.</summary>
internal static class DevicesCommand
{
    public static Command Create(InferConsole console)
    {
        var format = CommonOptions.Format(OutputFormat.Table, OutputFormat.Json);
        var providerLibrary = new ProviderLibraryOption();
        var measure = new Option<bool>("--measure")
        {
            Description = "Time each device that works, and say which is better for a single image and for a folder.",
        };
        var command = new Command("devices", "Tries the devices and says which work, and what the others miss.") { format, measure };
        providerLibrary.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = new DigitClassifierOptions();
            providerLibrary.Apply(parsed, options);
            var devices = DigitDevices.Try(options);
            var facts = new JsonObject
            {
                ["onnx_runtime"] = DigitDevices.RuntimeVersion,
                ["providers_built_in"] = string.Join(", ", DigitDevices.Providers),
            };
            foreach (var device in devices)
                facts[device.Name] = device.Info is { } info ? $"works ({DeviceFacts.Of(info)})" : device.Problem;
            if (parsed.GetValue(measure))
                DeviceMeasurement.AddTo(facts, devices.Where(device => device.Works), options);
            Facts.Write(console, parsed.GetValue(format), facts);
        });
        return command;
    }
}
