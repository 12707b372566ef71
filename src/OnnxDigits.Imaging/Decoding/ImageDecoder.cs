using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Decodes image files to upright pixels after checking their headers.</summary>
internal static class ImageDecoder
{
    /// <param name="file">The contents of the file.</param>
    /// <param name="name">The name of the file in error messages, or <c>null</c> if it has none.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ImageFileException">The file cannot be decoded or exceeds a limit.</exception>
    public static unsafe DecodedImage Decode(ReadOnlySpan<byte> file, string? name, ImageFileOptions options)
    {
        if (file.IsEmpty) throw ImageFileException.For(name, "it is empty.");
        if (TiffDecoder.IsTiff(file)) return TiffDecoder.Decode(file, name, options);
        var header = ImageHeader.Read(file, name);
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageFileException.For(
                name, "its header is damaged or of an unsupported kind. Save the image again as PNG.");
            var origin = header.Origin == SKEncodedOrigin.TopLeft ? codec.EncodedOrigin : header.Origin;
            var plan = DecodingPlan.Create(
                codec, header, origin == SKEncodedOrigin.TopLeft, file.Length, options.MaxPixels, name);
            if (!header.IsComplete) CheckResult(SKCodecResult.IncompleteInput, codec, name);
            var info = plan.Info;
            int width = (info.Width + plan.BlockSide - 1) / plan.BlockSide;
            int height = (info.Height + plan.BlockSide - 1) / plan.BlockSide;
            // The rows of most BMP files are stored from bottom to top, and decoded in that order.
            bool isBottomUp = plan.BandHeight < info.Height && codec.ScanlineOrder == SKCodecScanlineOrder.BottomUp;
            var orientation = new Orientation(isBottomUp ? SKEncodedOrigin.BottomLeft : origin, width, height);

            byte[] upright = new byte[width * height * info.BytesPerPixel];
            if (orientation.IsUpright && plan.BlockSide == 1)
            {
                CheckResult(DecodeRows(codec, data, header.Rows, info, 0, upright), codec, name);
            }
            else
            {
                // Native memory is freed at once. An array of this size would wait for the garbage collector.
                using var band = SKData.Create((long)plan.BandHeight * info.RowBytes);
                for (int row = 0; row < info.Height; row += plan.BandHeight)
                {
                    int count = Math.Min(plan.BandHeight, info.Height - row);
                    var rows = new Span<byte>((void*)band.Data, count * info.RowBytes);
                    CheckResult(DecodeRows(codec, data, header.Rows, info, row, rows), codec, name);
                    if (plan.BlockSide > 1)
                    {
                        rows = BlockAverage.Reduce(rows, info.Width, info.BytesPerPixel, plan.BlockSide);
                    }
                    orientation.Place(rows, row / plan.BlockSide, upright, info.BytesPerPixel);
                }
            }
            var layout = info.ColorType == SKColorType.Gray8 ? PixelLayout.Gray8 : PixelLayout.Rgba32;
            return orientation.SwapsSides
                ? new(upright, height, width, layout) { Width = codec.Info.Height, Height = codec.Info.Width }
                : new(upright, width, height, layout) { Width = codec.Info.Width, Height = codec.Info.Height };
        }
    }

    /// <summary>Decodes rows. The calls for an image go from its first row to its last.</summary>
    private static unsafe SKCodecResult DecodeRows(
        SKCodec codec, SKData data, RowAccess access, SKImageInfo info, int firstRow, Span<byte> rows)
    {
        int count = rows.Length / info.RowBytes;
        fixed (byte* target = rows)
        {
            if (count == info.Height) return codec.GetPixels(info, (nint)target);
            if (access == RowAccess.Scanlines)
            {
                var started = firstRow == 0 ? codec.StartScanlineDecode(info) : SKCodecResult.Success;
                if (started != SKCodecResult.Success) return started;
                bool isComplete = codec.GetScanlines((nint)target, count, info.RowBytes) == count;
                return isComplete ? SKCodecResult.Success : SKCodecResult.IncompleteInput;
            }
            using var subset = SKCodec.Create(data);
            var options = new SKCodecOptions(new SKRectI(0, firstRow, info.Width, firstRow + count));
            var result = subset.StartIncrementalDecode(info, (nint)target, info.RowBytes, options);
            return result == SKCodecResult.Success ? subset.IncrementalDecode(out _) : result;
        }
    }

    private static void CheckResult(SKCodecResult result, SKCodec codec, string? name)
    {
        if (result == SKCodecResult.Success) return;
        throw ImageFileException.For(name, result == SKCodecResult.IncompleteInput
            ? $"it is truncated or damaged and ends before its {codec.Info.Width}×{codec.Info.Height} pixels. "
            + "Export it again."
            : $"its pixels are damaged ({result}). Export it again.");
    }
}
