namespace OnnxDigits.DeviceTests;

/// <summary>
/// What was found, beside the tests, for a runner shows no passed test's output: <c>device.txt</c> to read, and
/// <c>agreement.jsonl</c> for docs/gpu.md.
/// </summary>
internal static class DeviceReport
{
    private static readonly Lock Gate = new();
    private static readonly string Text = Path.Combine(AppContext.BaseDirectory, "device.txt");
    private static readonly string Figures = Path.Combine(AppContext.BaseDirectory, "agreement.jsonl");

    static DeviceReport()
    {
        File.Delete(Text);
        File.Delete(Figures);
    }

    public static void Write(FormattableString line) => Append(Text, FormattableString.Invariant(line));

    public static void Write(AgreementFigure figure) => Append(Figures, figure.ToLine());

    private static void Append(string path, string line)
    {
        lock (Gate)
            File.AppendAllText(path, line + "\n");
    }
}
