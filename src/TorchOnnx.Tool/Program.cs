using Shared;
using TorchOnnx.Tool;

return InheritedStreams.Check("torchonnx: "u8) ?? ToolApplication.Run(args, Console.Out, Console.Error);
