using System.Diagnostics;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Files to rows, a batch at a time on each worker, rows in the order of the files.</summary>
internal sealed class FileClassifier(DigitClassifier classifier, int threads, Stream standardInput)
{
    // A batch of a device is prepared in such pieces by all workers.
    private const int Piece = 64;

    // A slow batch at the head holds back the rows behind it, not the workers.
    private const int BatchesPerWorker = 4;

    public StageTimes Times { get; } = new();

    // A device does not keep the thread busy that waits for it: there is one more, so that files are read meanwhile.
    private readonly int _workers = classifier.Info.Device == "cpu" ? threads : threads + 1;

    public void Run(IEnumerable<InputFile> files, Action<ResultRow> write, CancellationToken cancellationToken)
    {
        // So many batches in flight and no more: memory does not grow with the number of files.
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, _workers).ConcurrentScheduler;
        var running = new Queue<Task<ResultRow[]>>();
        using var batches = files.Chunk(classifier.Info.BatchSize).GetEnumerator();
        bool hasMore = true;
        try
        {
            while (hasMore || running.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (running.Count < BatchesPerWorker * _workers && (hasMore = hasMore && batches.MoveNext()))
                {
                    var batch = batches.Current;
                    running.Enqueue(Task.Factory.StartNew(
                        () => ClassifyBatch(batch), CancellationToken.None, TaskCreationOptions.None, scheduler));
                }
                if (!running.TryPeek(out var first))
                    return;
                foreach (var row in first.GetAwaiter().GetResult())
                    write(row);
                _ = running.Dequeue();
            }
        }
        finally
        {
            // The caller frees the network next; what is left of a stopped run still uses it. Unlike WaitAll, it throws nothing.
            foreach (var batch in running)
                Task.WaitAny(batch);
        }
    }

    private ResultRow[] ClassifyBatch(InputFile[] files)
    {
        byte[] images = new byte[files.Length * DigitClassifier.ImageLength];
        var predictions = new DigitPrediction[files.Length];
        var rows = new ResultRow[files.Length];
        void PreparePiece(int piece)
        {
            for (int i = piece * Piece; i < Math.Min((piece + 1) * Piece, rows.Length); i++)
                rows[i] = Prepare(files[i], images.AsMemory(i * DigitClassifier.ImageLength, DigitClassifier.ImageLength));
        }

        Workers.ForEach((files.Length + Piece - 1) / Piece, new() { TaskScheduler = TaskScheduler.Current }, PreparePiece);
        long start = Stopwatch.GetTimestamp();
        classifier.ClassifyPrepared(images, predictions);
        Times.AddRun(start);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Error is null)
                rows[i] = rows[i] with { Prediction = predictions[i] };
        }
        return rows;
    }

    private ResultRow Prepare(InputFile file, Memory<byte> image)
    {
        var row = new ResultRow(file.Path, file.Label, classifier.Info.Name) { Error = file.Problem };
        if (row.Error is not null)
            return row;
        try
        {
            long start = Stopwatch.GetTimestamp();
            var decoded = file.Path == InputFile.StandardInput
                ? ImageFile.Decode(standardInput, "standard input")
                : ImageFile.Decode(file.Path);
            Times.AddDecode(start);
            start = Stopwatch.GetTimestamp();
            var result = DigitPreprocessing.Apply(decoded.Raster, image.Span);
            Times.AddPrepare(start);
            return row with
            {
                Width = decoded.Width,
                Height = decoded.Height,
                Inverted = result.Inverted,
                Image = image,
            };
        }
        catch (ImageFileException e)
        {
            return row with { Error = e.Message };
        }
    }
}
