using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests;

/// <summary>A device that gives wrong results, with a session of another model on the CPU in its place.</summary>
public class DeviceAgreementTests
{
    private static readonly DeviceName Device = new(DeviceKind.WebGpu, 0);

    [Fact]
    public void Check_TheResultsOfTheCpu_AreTaken()
    {
        byte[] model = new TinyModel().Encode();
        using var session = new InferenceSession(model);
        Assert.Equal(0, DeviceAgreement.Difference(session, session));
        DeviceAgreement.Check(session, Device, Request(model));
    }

    [Fact]
    public void Check_OtherResultsThanTheCpus_AreADeviceErrorInOneSentence()
    {
        using var session = new InferenceSession(Off(by: 0.02f).Encode());
        var error = Assert.Throws<DigitDeviceException>(() => DeviceAgreement.Check(session, Device, Request(new TinyModel().Encode())));
        Assert.Matches(
            @"^The device 'webgpu:0' reads with the model 'tiny' otherwise than the CPU \(a probability differs by 0\.[0-9]{1,3}\), which is "
            + "an error of its provider: take the device cpu, or another version of ONNX Runtime\\.$", error.Message);
    }

    [Fact]
    public void Check_ResultsAsRoundingMovesThem_AreTaken()
    {
        using var session = new InferenceSession(Off(by: 1e-5f).Encode());
        byte[] model = new TinyModel().Encode();
        using var cpu = new InferenceSession(model);
        Assert.InRange(DeviceAgreement.Difference(session, cpu), 1e-6, DeviceAgreement.Tolerance);
        DeviceAgreement.Check(session, Device, Request(model));
    }

    [Fact]
    public void Difference_NoNumber_IsTheLargest()
    {
        using var session = new InferenceSession(Off(by: float.NaN).Encode());
        using var cpu = new InferenceSession(new TinyModel().Encode());
        Assert.Equal(1, DeviceAgreement.Difference(session, cpu));
    }

    // Moves one class: the same for all would leave probabilities as they are.
    private static TinyModel Off(float by) => new()
    {
        Weight = OnnxParts.Floats("W", [784, 10], [.. TinyModel.Weights.Select((weight, i) => i % 10 == 3 ? weight + by : weight)]),
    };

    private static SessionRequest Request(byte[] model) => new(model, "tiny", new DigitClassifierOptions());
}
