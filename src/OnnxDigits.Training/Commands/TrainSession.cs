using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Spectre.Console;
using TorchSharp;

namespace OnnxDigits.Training.Commands;

/// <summary>Trains all networks and seeds of a training command and publishes the models.</summary>
internal sealed class TrainSession(CommandContext context, TrainOptions options)
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Run()
    {
        try
        {
            if (options.DryRun) return Describe();
            if (options.Publish is { } publish)
            {
                RequireWritable(publish);
                foreach (string network in options.Recipes.Keys) new PublishedModel(publish, network).Check();
            }

            (DigitDataSet data, torch.Device device) = Prepare(context, options);
            return Run(data, device);
        }
        catch (OperationCanceledException) when (context.Stop.Stopped.IsCancellationRequested)
        {
            const string Message = "Stopped. Repeat the command with --resume to continue.";
            context.Console.WriteLine(Message);
            context.Events?.Failed(context.Stop.ExitCode, Message);
            throw;
        }
    }

    /// <summary>Checks the runs folder, sets the number of threads, and opens the device and the data set.</summary>
    /// <exception cref="IOException">The runs folder cannot be written.</exception>
    /// <exception cref="TrainingDeviceException">The device isn't present.</exception>
    /// <exception cref="DigitDataException">The data set cannot be read.</exception>
    /// <exception cref="CommandException">The validation split doesn't suit the number of images.</exception>
    public static (DigitDataSet Data, torch.Device Device) Prepare(CommandContext context, TrainOptions options)
    {
        RequireWritable(options.RunsFolder);
        if (options.Threads is int threads)
        {
            torch.set_num_threads(threads);
            if (threads > Environment.ProcessorCount)
            {
                context.Warn($"--threads {threads} is more than the {Environment.ProcessorCount} cores of this "
                    + "machine. Training will be slower.");
            }
        }

        torch.Device device = TrainingDevice.Find(options.Device);
        DigitDataSet data = context.OpenData(options.Data, options.WithMnist);
        try
        {
            foreach (Recipe recipe in options.Recipes.Values) recipe.HeldOut(data.Train.Count);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(e.Message, innerException: e);
        }

        return (data, device);
    }

    private int Describe()
    {
        foreach ((string network, Recipe recipe) in options.Recipes)
        {
            using SequentialModel model = CommandContext.CreateNetwork(network, recipe.Seed, recipe.DropoutRate);
            context.Console.WriteLine(model.Summary());
            RecipeCommand.Print(context, recipe);
        }

        return ExitCode.Success;
    }

    // Tries to create a file in the folder, or in its nearest existing parent.
    private static void RequireWritable(string folder)
    {
        string existing = Path.GetFullPath(folder);
        while (!Path.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        try
        {
            string probe = Path.Combine(existing, Path.GetRandomFileName());
            new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            throw AtomicFile.Error(folder, e);
        }
    }

    private int Run(DigitDataSet data, torch.Device device)
    {
        int code = ExitCode.Success;
        var all = new List<RunReport>();
        foreach (string network in options.Recipes.Keys)
        {
            var runs = new List<RunReport>();
            for (int run = 0; run < options.Runs; run++)
            {
                context.Stop.Stopped.ThrowIfCancellationRequested();
                Recipe recipe = options.RecipeFor(network, run);
                RunReport report = new TrainingRun(context, options, network, recipe, data, device).Execute();
                if (report.Result!.Interrupted) return context.Stop.ExitCode;

                runs.Add(report);
                if (!IsBelowTheBar(report)) continue;

                code = context.Fail(ExitCode.Accuracy, FormattableString.Invariant(
                    $"{network} with seed {recipe.Seed} has test accuracy {report.Result.TestAccuracy:F4}, ")
                    + FormattableString.Invariant($"below --min-accuracy {options.MinAccuracy}."));
            }

            Conclude(network, runs);
            all.AddRange(runs);
        }

        if (all.Count > 1) new RunPictures(context.Warn).WriteComparison(all);
        return context.Stop.Terminated.IsCancellationRequested ? context.Stop.ExitCode : code;
    }

    private bool IsBelowTheBar(RunReport run) => run.Result!.TestAccuracy < options.MinAccuracy;

    private void Conclude(string network, IReadOnlyList<RunReport> runs)
    {
        // Choosing the published run by its test accuracy would bias that figure, so the training loss decides.
        RunReport published = runs.MinBy(run => run.Kept!.Loss)!;
        ModelCard card = ModelCard.Of(runs, published, options.CommandFor(network));
        if (runs.Count > 1)
        {
            context.Console.MarkupInterpolated($"[bold]{network}[/]: test accuracy {card.MeanTestAccuracy:F4} ± ");
            context.Console.MarkupLineInterpolated($"{card.StandardDeviation:F4} over {runs.Count} seeds.");
        }

        if (options.Publish is not { } folder) return;
        if (IsBelowTheBar(published))
        {
            context.Warn($"{network} isn't published, because seed {published.Run.Recipe.Seed} is below "
                + $"--min-accuracy. Its model is in {published.Folder}.");
            return;
        }

        var model = new PublishedModel(folder, network);
        model.Write(published, card);
        context.Console.WriteLine($"Published: {model.Path}");
    }
}
