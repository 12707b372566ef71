using OnnxDigits.Tools.Figures;

namespace OnnxDigits.DeviceTests;

/// <summary>
/// What was found, beside the tests, for a runner shows no passed test's output: <c>device.txt</c> to read, and
/// <c>agreement.jsonl</c> and <c>modules.jsonl</c> for docs/gpu.md.
/// </summary>
internal static class DeviceReport
{
    private static readonly Lock Gate = new();
    private static readonly string Text = PathOf("device.txt"), Networks = PathOf("agreement.jsonl"), Modules = PathOf("modules.jsonl");

    static DeviceReport()
    {
        foreach (string file in (string[])[Text, Networks, Modules])
            File.Delete(file);
    }

    public static void Write(FormattableString line)
    {
        lock (Gate)
            File.AppendAllText(Text, FormattableString.Invariant(line) + "\n");
    }

    public static void Write(AgreementFigure figure) => Append(Networks, figure);

    public static void Write(ModuleFigure figure) => Append(Modules, figure);

    private static void Append<T>(string path, T figure)
    {
        lock (Gate)
            FigureFile.Append(path, figure);
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
