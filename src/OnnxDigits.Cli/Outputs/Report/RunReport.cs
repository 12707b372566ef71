using System.Text;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>The folder of --report: figures, confusion matrix, a sheet of the mistakes, and a page of all.</summary>
internal sealed class RunReport(OutputFolder folder, RunSummary summary, ModelInfo model) : IRowWriter
{
    private readonly Mistakes _mistakes = new();

    public void Write(ResultRow row) => _mistakes.Add(row);

    public void Complete()
    {
        if (summary.IsLabelled)
        {
            Write("confusion.csv", summary.Confusion.ToCsv());
            Write("confusion.svg", ConfusionPicture.Draw(summary.Confusion));
            Write("mistakes.svg", MistakeSheet.Draw(_mistakes.Kept()));
        }
        Write("summary.json", Facts.ToText(SummaryJson.Of(summary, model, _mistakes.Count)));
        // Last: where the page is, all that it stands for is.
        Write("index.html", ReportPage.Write(summary, model, _mistakes));
    }

    private void Write(string name, string text) => folder.Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
