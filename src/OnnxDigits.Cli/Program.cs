using OnnxDigits.Cli;

if (InheritedStreams.Check("infer: "u8) is { } code) return code;

using var stop = new StopSignal();
stop.ListenToProcess();
using var console = InferConsole.OfProcess();
return InferApplication.Run(args, console, stop);
