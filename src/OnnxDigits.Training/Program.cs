using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using Shared;

if (InheritedStreams.Check("error: "u8) is { } code) return code;

LibTorchEnvironment.Prepare();
using var stop = new StopSignal();
stop.ListenToProcess();
return CommandLine.Run(CommandContext.ForProcess(args, stop));
