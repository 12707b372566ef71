using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Output;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli;

/// <summary>Files to rows, a batch at a time on each worker, rows in the order of the files.</summary>
internal sealed class FileClassifier(DigitClassifier classifier, float threshold, int batchSize, int workers)
{
    public async Task RunAsync(IReadOnlyList<InputFile> files, Action<ResultRow> write, CancellationToken cancellationToken)
    {
        // As many batches in flight as there are workers: memory does not grow with the number of files.
        var running = new Queue<Task<ResultRow[]>>();
        int next = 0;
        while (next < files.Count || running.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (next < files.Count && running.Count < workers)
            {
                int start = next, count = Math.Min(batchSize, files.Count - next);
                running.Enqueue(Task.Run(() => ClassifyBatch(files, start, count), CancellationToken.None));
                next += count;
            }
            foreach (var row in await running.Dequeue())
                write(row);
        }
    }

    private ResultRow[] ClassifyBatch(IReadOnlyList<InputFile> files, int start, int count)
    {
        var rows = new ResultRow[count];
        byte[] images = new byte[count * DigitClassifier.ImageLength];
        float[] scores = new float[count * 10];
        for (int i = 0; i < count; i++)
            rows[i] = Prepare(files[start + i], images.AsSpan(i * DigitClassifier.ImageLength, DigitClassifier.ImageLength));
        classifier.Predict(images, scores);
        for (int i = 0; i < count; i++)
        {
            if (rows[i] is { Error: null, Prediction: null })
                rows[i] = rows[i] with { Prediction = DigitPrediction.FromScores(scores.AsSpan(i * 10, 10), threshold) };
        }
        return rows;
    }

    private ResultRow Prepare(InputFile file, Span<byte> image)
    {
        var row = new ResultRow(file.Path, file.Label, classifier.Info.Name);
        try
        {
            var decoded = ImageFile.Decode(file.Path);
            var result = DigitPreprocessing.Apply(decoded.Raster, image);
            return row with
            {
                Prediction = result.IsBlank ? DigitPrediction.Blank : null,
                Width = decoded.Width,
                Height = decoded.Height,
                Inverted = result.Inverted,
            };
        }
        catch (ImageFileException e)
        {
            return row with { Error = e.Message };
        }
    }
}
