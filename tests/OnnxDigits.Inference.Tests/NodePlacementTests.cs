using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests;

public class NodePlacementTests
{
    [Fact]
    public void Read_ProfileOfTwoProviders_CountsOneAndNamesTheOthersOperatorsOnce()
    {
        var placement = NodePlacement.Read(new MemoryStream("""
            [{"cat":"Session","name":"model_loading_uri","args":{}},
             {"cat":"Node","name":"a","args":{"op_name":"Conv","provider":"WebGpuExecutionProvider"}},
             {"cat":"Node","name":"b","args":{"op_name":"Gemm","provider":"WebGpuExecutionProvider"}},
             {"cat":"Node","name":"c","args":{"op_name":"MemcpyToHost","provider":"WebGpuExecutionProvider"}},
             {"cat":"Node","name":"d","args":{"op_name":"Softmax","provider":"CPUExecutionProvider"}},
             {"cat":"Node","name":"e","args":{"op_name":"Relu","provider":"CPUExecutionProvider"}},
             {"cat":"Node","name":"f","args":{"op_name":"Softmax","provider":"CPUExecutionProvider"}}]
            """u8.ToArray()), "WebGpuExecutionProvider");
        Assert.Equal(2, placement.OnDevice);
        Assert.Equal(["Relu", "Softmax"], placement.CpuOperators);
    }

    [Fact]
    public void Try_SessionOnTheCpu_SeesItsNodesAndLeavesNoFile()
    {
        var request = new SessionRequest(new TinyModel().Encode(), "tiny", 1, new Dictionary<string, string>());
        using var options = request.NewOptions();
        string folder;
        using (var probe = new PlacementProbe(options))
        {
            folder = Path.GetDirectoryName(options.ProfileOutputPathPrefix)!;
            using var session = new InferenceSession(request.Model, options);
            var placement = probe.Try(session, "CPUExecutionProvider");
            Assert.True(placement.OnDevice > 0);
            Assert.Empty(placement.CpuOperators);
        }
        Assert.False(Directory.Exists(folder));
    }
}
