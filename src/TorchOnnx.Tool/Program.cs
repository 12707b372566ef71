using TorchOnnx.Tool;

return ToolApplication.Run(args, Console.Out, Console.Error);
