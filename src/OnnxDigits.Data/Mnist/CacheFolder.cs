namespace OnnxDigits.Data.Mnist;

internal static class CacheFolder
{
    public static string Default(Func<string, string?> getEnvironmentVariable)
    {
        // The XDG rules ask to ignore a relative path.
        var root = getEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)
            ? cache
            : Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(root.Length > 0 ? root : Path.GetTempPath(), "onnxdigits", "mnist");
    }
}
