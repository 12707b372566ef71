using OnnxDigits.Data;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>A plain line when a download starts and at each further quarter of the file.</summary>
internal sealed class DownloadLine(IAnsiConsole console) : IProgress<DigitDownloadProgress>
{
    private (string File, long Quarter) _shown = ("", -1);

    public void Report(DigitDownloadProgress value)
    {
        long quarter = value.Total is > 0 ? 4 * value.Received / value.Total.Value : 0;
        if (_shown == (value.File, quarter)) return;

        _shown = (value.File, quarter);
        string total = value.Total is long bytes ? $" of {bytes:N0}" : "";
        console.MarkupLineInterpolated($"downloading {value.File} from {value.Mirror.Host}: {value.Received:N0}{total} bytes");
    }
}
