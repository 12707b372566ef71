namespace OnnxDigits.Inference.Execution;

/// <summary>The fastest device that works, by a measurement; and why it is no other.</summary>
internal static class AutoSession
{
    public static DeviceSession Create(SessionRequest request)
    {
        var cpu = CpuSession.Create(request);
        var reasons = new List<string>();
        foreach (var provider in DeviceProvider.All.Where(provider => provider.IsAtHand(request)))
        {
            try
            {
                var session = AcceleratedSession.Create(new DeviceName(provider.Kind, 0), request);
                bool won = false;
                try
                {
                    won = DeviceRace.IsWon(session, cpu, out string result);
                    if (!won) reasons.Add(result);
                }
                finally
                {
                    (won ? cpu : session).Dispose();
                }
                if (won)
                    return session with { Notice = reasons.Count == 0 ? null : Notice(reasons) };
            }
            catch (DigitDeviceException e)
            {
                reasons.Add(e.Message);
            }
        }
        if (reasons.Count == 0)
            reasons.Add($"This ONNX Runtime has no {string.Join(" and no ", DeviceProvider.All.Select(p => p.Title))} provider.");
        return cpu with { Notice = Notice(reasons) };
    }

    private static string Notice(List<string> reasons) => $"auto: {string.Join(" ", reasons)}";
}
