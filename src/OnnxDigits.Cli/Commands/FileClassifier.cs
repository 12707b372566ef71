using System.Diagnostics;
using System.Globalization;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Classifies files in batches on several threads, and returns rows in the order of the files.</summary>
internal sealed class FileClassifier(DigitClassifier classifier, int threads, Stream standardInput)
{
    // All threads prepare the large batches of a GPU, in pieces of this size.
    private const int PieceSize = 64;

    // With several digits, a picture takes as long as a batch. Annotated pictures are kept until they are written.
    private const int PicturesPerBatch = 4;

    // A slow batch holds back the rows after it. The other threads go on with the batches in this queue.
    private const int BatchesPerWorker = 4;

    // A thread that waits for a GPU uses no core, so one more thread reads files meanwhile.
    private readonly int _workers = classifier.Info.Device == DigitDevices.Cpu ? threads : threads + 1;

    /// <summary>Gets a value that indicates whether pictures may have several digits.</summary>
    public bool ReadsAll { get; init; }

    /// <summary>Gets a value that indicates whether pictures are drawn with their digits.</summary>
    public bool Annotates { get; init; }

    private long _decodeTicks, _prepareTicks, _runTicks;

    public void Run(InputSet inputs, Action<ResultRow> write, CancellationToken cancellationToken)
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, _workers).ConcurrentScheduler;
        // The queue is bounded, so that memory use doesn't depend on the number of files.
        var running = new Queue<Task<ResultRow[]>>();
        using var batches = Batches(inputs).GetEnumerator();
        bool hasMore = true;
        try
        {
            while (hasMore || running.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Finished rows are written before the next files of a slow list are waited for.
                while (running.Count < BatchesPerWorker * _workers && !(running.Count > 0 && inputs.IsWaiting())
                    && (hasMore = hasMore && batches.MoveNext()))
                {
                    var batch = batches.Current;
                    running.Enqueue(Task.Factory.StartNew(
                        () => ClassifyBatch(batch, cancellationToken), CancellationToken.None,
                        TaskCreationOptions.None, scheduler));
                }
                if (!running.TryPeek(out var first)) return;
                foreach (var row in first.GetAwaiter().GetResult()) write(row);
                running.Dequeue();
            }
        }
        finally
        {
            // The caller disposes the classifier, which batches of a stopped run still use. WaitAny doesn't throw.
            foreach (var batch in running) Task.WaitAny(batch);
        }
    }

    /// <summary>Writes the time of each stage, summed over the threads, and the throughput.</summary>
    public void WriteTimes(TextWriter writer, int images, TimeSpan total) => writer.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"decoding {Seconds(_decodeTicks):0.00} s, preprocessing {Seconds(_prepareTicks):0.00} s, "
        + $"network {Seconds(_runTicks):0.00} s, summed over the threads; "
        + $"{total.TotalSeconds:0.00} s in all, {images / total.TotalSeconds:0} images/s"));

    /// <summary>
    /// Groups the files into batches. A batch ends early if the next file of a list is not known yet.
    /// </summary>
    private IEnumerable<InputFile[]> Batches(InputSet inputs)
    {
        var batch = new List<InputFile>();
        foreach (var file in inputs.Files)
        {
            batch.Add(file);
            int size = ReadsAll ? PicturesPerBatch : classifier.Info.BatchSize;
            if (batch.Count < size && !inputs.IsWaiting()) continue;
            yield return [.. batch];
            batch.Clear();
        }
        if (batch.Count > 0) yield return [.. batch];
    }

    private ResultRow[] ClassifyBatch(InputFile[] files, CancellationToken cancellationToken)
    {
        if (ReadsAll) return [.. files.Select(file => ReadAll(file, cancellationToken))];
        byte[] images = new byte[files.Length * DigitClassifier.ImageLength];
        var predictions = new DigitPrediction[files.Length];
        var rows = new ResultRow[files.Length];
        int pieces = (files.Length + PieceSize - 1) / PieceSize;
        Parallel.For(0, pieces, new() { TaskScheduler = TaskScheduler.Current }, piece =>
        {
            for (int i = piece * PieceSize; i < Math.Min((piece + 1) * PieceSize, rows.Length); i++)
            {
                int start = i * DigitClassifier.ImageLength;
                rows[i] = Prepare(
                    files[i], images.AsMemory(start, DigitClassifier.ImageLength), cancellationToken);
            }
        });
        long start = Stopwatch.GetTimestamp();
        classifier.ClassifyPrepared(images, predictions);
        AddTime(ref _runTicks, start);
        for (int i = 0; i < rows.Length; i++) rows[i] = rows[i].With(predictions[i]);
        return rows;
    }

    private ResultRow Prepare(InputFile file, Memory<byte> image, CancellationToken cancellationToken) =>
        Decode(file, file.Label, cancellationToken, (row, decoded) =>
        {
            long start = Stopwatch.GetTimestamp();
            var result = DigitPreprocessing.Apply(decoded.Raster, image.Span);
            AddTime(ref _prepareTicks, start);
            return row with { Prepared = result, Inverted = result.Inverted, Image = image };
        });

    // A folder's name is the label of a single digit, so it is ignored here.
    private ResultRow ReadAll(InputFile file, CancellationToken cancellationToken) =>
        Decode(file, label: null, cancellationToken, (row, decoded) =>
        {
            long start = Stopwatch.GetTimestamp();
            var digits = classifier.ReadAll(decoded.Raster);
            AddTime(ref _runTicks, start);
            return row.With(digits, decoded) with
            {
                Annotated = Annotates ? AnnotatedImage.EncodePng(decoded, digits) : null,
            };
        });

    private ResultRow Decode(
        InputFile file, int? label, CancellationToken cancellationToken, Func<ResultRow, DecodedImage, ResultRow> read)
    {
        // A batch of large pictures takes many seconds.
        cancellationToken.ThrowIfCancellationRequested();
        var row = new ResultRow(file.Path, label, classifier.Info.Name) { Error = file.Problem };
        if (row.Error is not null) return row;
        try
        {
            long start = Stopwatch.GetTimestamp();
            var decoded = file.Path == InputFile.StandardInput
                ? DecodeStandardInput(cancellationToken)
                : ImageFile.Decode(file.Path);
            AddTime(ref _decodeTicks, start);
            return read(row with { Width = decoded.Width, Height = decoded.Height }, decoded);
        }
        catch (ImageFileException e)
        {
            return row with { Error = e.Message };
        }
    }

    // A read from a pipe cannot be cancelled, so another thread reads, and is left behind if the run is stopped.
    private DecodedImage DecodeStandardInput(CancellationToken cancellationToken) =>
        Task.Run(() => ImageFile.Decode(standardInput, "standard input"), CancellationToken.None)
            .WaitAsync(cancellationToken).GetAwaiter().GetResult();

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    private static void AddTime(ref long ticks, long start) =>
        Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
}
