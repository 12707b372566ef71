namespace CrossCheck;

/// <summary>The measured differences, a line each, in <c>agreement.txt</c> beside the tests: a runner shows no passed test's output.</summary>
internal static class AgreementLog
{
    private static readonly Lock Gate = new();
    private static readonly string FilePath = Path.Combine(AppContext.BaseDirectory, "agreement.txt");

    static AgreementLog() => File.Delete(FilePath);

    public static void Write(string line)
    {
        lock (Gate) File.AppendAllText(FilePath, line + "\n");
    }
}
