using Shared;
using TorchOnnx.Tool;

if (InheritedStreams.Check("torchonnx: "u8) is { } code) return code;

return ToolApplication.Run(args, Console.Out, Console.Error);
