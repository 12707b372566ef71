using System.CommandLine;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Output;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>infer devices: which devices run the model. A provider that is listed may not load, so each is tried.</summary>
internal static class DevicesCommand
{
    public static Command Create(InferConsole console)
    {
        var format = CommonOptions.Format(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("devices", "Tries the devices and says which work, and what the others miss.") { format };
        command.SetAction(parsed =>
        {
            var facts = new JsonObject { ["cpu"] = Try("cpu", out _) };
            bool works = true;
            for (int index = 0; works; index++)
            {
                string answer = Try($"cuda:{index}", out works);
                if (works || index == 0)
                    facts[$"cuda:{index}"] = answer;
            }
            Facts.Write(console, parsed.GetValue(format), facts);
        });
        return command;
    }

    private static string Try(string device, out bool works)
    {
        try
        {
            using var classifier = new DigitClassifier(new DigitClassifierOptions { Device = device });
            classifier.Predict(new byte[DigitClassifier.ImageLength], new float[10]);
            works = true;
            return $"works ({classifier.Info.Provider})";
        }
        catch (DigitDeviceException e)
        {
            works = false;
            return e.Message;
        }
    }
}
