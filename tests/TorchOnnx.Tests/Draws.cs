using System.Globalization;
using System.Reflection;
using CsCheck;
using TorchSharp;
using Xunit.v3;

[assembly: TorchOnnx.Tests.SeededTest]

namespace TorchOnnx.Tests;

/// <summary>Draws the same cases on every machine.</summary>
public static class Draws
{
    /// <summary>
    /// Gets the number that the random numbers of all tests follow from: 1, or the environment variable TORCHONNX_SEED.
    /// </summary>
    public static int Seed { get; } =
        int.Parse(Environment.GetEnvironmentVariable("TORCHONNX_SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Draws cases and checks each.</summary>
    /// <param name="cases">The generator of cases.</param>
    /// <param name="count">The number of cases.</param>
    /// <param name="check">Throws if a case fails.</param>
    /// <param name="name">Returns the name of a case in a failure's message; by default its own text.</param>
    public static void Check<T>(this Gen<T> cases, int count, Action<T> check, Func<T, string>? name = null)
    {
        var numbers = new PCG(0, (ulong)Seed);
        for (int i = 0; i < count; i++)
        {
            var drawn = cases.Generate(numbers, null, out _);
            try
            {
                check(drawn);
            }
            catch (Exception e)
            {
                string text = name?.Invoke(drawn) ?? $"{drawn}";
                throw new InvalidOperationException($"Case {i} of seed {Seed} failed, {text}: {e.Message}", e);
            }
        }
    }
}

/// <summary>Seeds libtorch before each test, so that a test's numbers don't depend on the tests before it.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SeededTestAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => torch.manual_seed(Draws.Seed);
}
