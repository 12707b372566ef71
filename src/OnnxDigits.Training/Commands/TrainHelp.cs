namespace OnnxDigits.Training.Commands;

/// <summary>The groups of the options and the text after the options of the training command.</summary>
internal static class TrainHelp
{
    private const string Ending = """
        Ctrl-C stops after the current step and exports the weights. Press it twice to
        stop at once.

        Exit codes:
          0    success
          2    the command line is invalid
          3    the export, the device or a native library failed, or training diverged
          4    the data set or a run cannot be read
          5    the output cannot be written
          6    a network missed --min-accuracy
          7    the run cannot be resumed
          130  stopped by Ctrl-C
          129  stopped because the terminal was closed; 143 by SIGTERM

        """;

    public static CommandHelp Create() => new(
        [
            ("Input", ["--data", "--with-mnist", "--from", "--split", "--count", "--validation-split"]),
            ("Output",
                ["--runs-folder", "--publish", "--resume", "--format", "--output", "--force", "--columns", "--compare",
                    "--rare", "--picture", "--dark", "--by", "--json", "--open"]),
            ("Network",
                [
                    "--network", "--freeze", "--recipe", "--set", "--schema", "--epochs", "--batch-size",
                    "--optimizer", "--lr", "--dropout", "--patience", "--seed", "--runs", "--task", "--dry-run",
                ]),
            ("Limits", ["--threads", "--device", "--min-accuracy"]),
        ],
        Ending);
}
