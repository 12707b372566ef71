using System.Numerics;
using Google.Protobuf;
using OnnxDigits.Training.Loop;
using Tensorboard;

namespace OnnxDigits.Training.Reports;

/// <summary>Writes the epochs of a run to an event file, which TensorBoard shows.</summary>
/// <remarks>
/// The format is TensorFlow's TFRecord: the length of an event, its checksum, the event, and its checksum. TorchSharp's
/// writer isn't used, because its times have another unit, and each resume would start a file with repeated steps.
/// </remarks>
internal static class EventFile
{
    /// <summary>The name of the file in a run folder.</summary>
    public const string Name = "events.out.tfevents.run";

    private const uint ChecksumMask = 0xa282ead8;

    /// <summary>Appends the events that the file lacks. A file with other events is replaced.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="report">The report with the epochs.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, RunReport report)
    {
        byte[] content = Format(report);
        try
        {
            // TensorBoard keeps the file open, and would not notice another file of this name.
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            byte[] before = new byte[file.Length];
            file.ReadExactly(before);
            int kept = content.AsSpan().StartsWith(before) ? before.Length : 0;
            file.SetLength(kept);
            file.Write(content.AsSpan(kept));
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            throw AtomicFile.Error(path, e);
        }
    }

    // The same epochs give the same bytes, so that a resumed run continues the file.
    private static byte[] Format(RunReport report)
    {
        double time = report.Started.ToUnixTimeMilliseconds() / 1000.0;
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        Append(new Event { WallTime = time, FileVersion = "brain.Event:2" });
        foreach (EpochMetrics epoch in report.Epochs)
        {
            time += epoch.Seconds;
            (string Tag, double? Value)[] scalars =
            [
                ("loss/train", epoch.Loss), ("loss/validation", epoch.ValidationLoss),
                ("accuracy/train", epoch.Accuracy), ("accuracy/validation", epoch.ValidationAccuracy),
                ("learning_rate", epoch.LearningRate),
            ];
            var summary = new Summary();
            summary.Value.Add(
                from scalar in scalars
                where scalar.Value is not null
                select new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = (float)scalar.Value! });
            Append(new Event { WallTime = time, Step = epoch.Epoch, Summary = summary });
        }

        return content.ToArray();

        void Append(Event item)
        {
            byte[] bytes = item.ToByteArray();
            writer.Write((ulong)bytes.Length);
            writer.Write(MaskedChecksum(BitConverter.GetBytes((ulong)bytes.Length)));
            writer.Write(bytes);
            writer.Write(MaskedChecksum(bytes));
        }
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes) checksum = BitOperations.Crc32C(checksum, value);
        return BitOperations.RotateRight(~checksum, 15) + ChecksumMask;
    }
}
