using OnnxDigits.Data;
using OnnxDigits.Training.Commands;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>A child process: the training command as it is, on 600 digits that are drawn in no time.</summary>
internal static class Worker
{
    public const string Name = "worker";

    public static int Run(string[] arguments) =>
        TrainProgram.Run(TrainEnvironment.ForProcess(arguments) with
        {
            OpenData = (_, _) => DigitGenerator.CreateDataSet(1, 600, 100),
        });
}
