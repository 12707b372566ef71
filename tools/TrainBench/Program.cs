using System.CommandLine;
using System.Globalization;
using OnnxDigits.Tools.Figures;
using OnnxDigits.Tools.TrainBench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = new Option<int>("--rounds") { Description = "How often each takes its turn.", DefaultValueFactory = _ => 25 };
var turn = new Option<double>("--turn") { Description = "Seconds of a turn.", DefaultValueFactory = _ => 0.3 };
var threads = new Option<int[]>("--threads")
{
    Description = "Numbers of threads to measure at.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [1, 2],
};
var cpu = new Option<bool>("--cpu-time")
{
    Description = "Rates by processor time instead of time on the wall: for busy machines, and one thread alone.",
};
var record = new Option<string?>("--record") { Description = "Also write the figures to this JSON file: those in docs/figures are what the pages are made of." };
var compare = new Command("compare", "Images per second of training beside other ways and the machine's limit.") { rounds, turn, threads, cpu, record };
compare.SetAction(parsed => Record(parsed, Comparison.Write(new Comparison.Settings(
    parsed.GetValue(rounds), parsed.GetValue(turn), parsed.GetValue(threads)!, parsed.GetValue(cpu)))));

var generation = new Command("generation", "Drawing 60,000 digits beside an epoch of conv on them.") { rounds, turn, record };
generation.SetAction(parsed => Record(parsed, Generation.Write(parsed.GetValue(rounds), parsed.GetValue(turn))));

var memory = new Command("memory", "Resident memory and live tensors over 1,000 steps.");
memory.SetAction(_ => MemoryTable.Write());

var path = new Argument<string>("PATH");
var network = new Argument<string>("NETWORK");
var workerThreads = new Argument<int>("THREADS");
var worker = new Command(Worker.Command, "One path's process; 'compare' starts it.") { path, network, workerThreads };
worker.Hidden = true;
worker.SetAction(parsed => Worker.Serve(parsed.GetValue(path)!, parsed.GetValue(network)!, parsed.GetValue(workerThreads)));

return new RootCommand("What a step of training costs.") { compare, generation, memory, worker }.Parse(args).Invoke();

void Record<T>(ParseResult parsed, T figures)
{
    if (parsed.GetValue(record) is { } path) FigureFile.Write(path, figures);
}
