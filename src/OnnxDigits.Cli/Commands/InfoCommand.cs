using System.CommandLine;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Outputs;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents <c>infer info</c>, which shows the metadata of a model.</summary>
internal static class InfoCommand
{
    public static Command Create(InferConsole console)
    {
        var model = new ModelOptions();
        var format = CommonOptions.Format();
        var command = new Command("info", "Shows the metadata of a model and the device that runs it.")
        {
            format,
        };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            using var classifier = model.Open(parsed);
            var info = classifier.Info;
            Facts.Write(console, parsed.GetValue(format), new JsonObject
            {
                ["model"] = info.Name,
                ["network"] = info.Network,
                ["trained_on"] = info.DataSet,
                ["trained_on_sha256"] = info.DataSetSha256,
                ["seed"] = info.Seed,
                ["test_accuracy"] = info.TestAccuracy,
                ["preprocessing"] = info.Preprocessing,
                ["version"] = info.Version,
                ["ir_version"] = info.IrVersion,
                ["opset"] = info.OpsetVersion,
                ["model_sha256"] = info.Sha256,
                ["foreign_notice"] = info.ForeignNotice,
                ["device"] = info.Device,
                ["provider"] = info.Provider,
                ["batch_size"] = info.BatchSize,
                ["device_notice"] = info.DeviceNotice,
            });
        });
        return command;
    }
}
