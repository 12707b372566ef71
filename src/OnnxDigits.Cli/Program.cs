using OnnxDigits.Cli;
using Shared;

if (InheritedStreams.Check("infer: "u8) is { } code) return code;

using var stop = new StopSignal();
stop.ListenToProcess();
using var console = InferConsole.OfProcess();
return InferApplication.Run(args, console, stop);
