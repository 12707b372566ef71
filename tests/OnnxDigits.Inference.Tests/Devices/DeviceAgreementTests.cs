using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>
/// Tests the comparison with the CPU, with another model on the CPU instead of a device that is wrong.
/// </summary>
public class DeviceAgreementTests
{
    [Fact]
    public void Check_SameResults_Passes()
    {
        using var cpu = Open(new TinyModel());
        Assert.Equal(0, DeviceAgreement.Difference(cpu, cpu));
        DeviceAgreement.Check(cpu, cpu, "tiny");
    }

    [Fact]
    public void Check_RoundingDifferences_Passes()
    {
        using var cpu = Open(new TinyModel());
        using var device = Open(Off(by: 1e-5f));
        Assert.InRange(DeviceAgreement.Difference(device, cpu), 1e-6, DeviceAgreement.Tolerance);
        DeviceAgreement.Check(device, cpu, "tiny");
    }

    [Fact]
    public void Check_OtherResults_Throws()
    {
        using var cpu = Open(new TinyModel());
        using var device = Open(Off(by: 0.02f)) with { Device = new DeviceName(DeviceKind.WebGpu, 0) };
        var error = Assert.Throws<DigitDeviceException>(() => DeviceAgreement.Check(device, cpu, "tiny"));
        Assert.Matches(
            @"^The device 'webgpu:0' gives other results than the CPU for the model 'tiny' "
            + @"\(a probability differs by 0\.[0-9]{1,3}\)\. ", error.Message);
    }

    [Fact]
    public void Difference_NaN_IsOne()
    {
        using var cpu = Open(new TinyModel());
        using var device = Open(Off(by: float.NaN));
        Assert.Equal(1, DeviceAgreement.Difference(device, cpu));
    }

    // Only one class moves: the same offset for all would leave the probabilities as they are.
    private static TinyModel Off(float by) => new()
    {
        Weight = OnnxParts.Floats(
            "W", [784, 10], [.. TinyModel.Weights.Select((weight, i) => i % 10 == 3 ? weight + by : weight)]),
    };

    private static DeviceSession Open(TinyModel model) =>
        SessionFactory.CreateOnCpu(new(model.Encode(), "tiny", new DigitClassifierOptions()));
}
