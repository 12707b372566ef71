using System.CommandLine;
using OnnxDigits.Data;
using OnnxDigits.Tools.Reading;

var data = new Option<string?>("--data") { Description = "A folder with the four IDX files, mnist, or generated; as infer takes it." };
var count = new Option<int>("--count") { Description = "Of the test images only the first.", DefaultValueFactory = _ => int.MaxValue };
var only = new Option<string?>("--only") { Description = "Only the conditions whose name holds this." };
var models = new Option<string[]>("--model") { Description = "A model file to read with beside the embedded ones.", DefaultValueFactory = _ => [] };
var folder = new Argument<string>("DIR") { Description = "A folder of sets; a set has folders 0 to 9." };

var identity = new Command("identity", "Counts the data set's images that the preprocessing changes.") { data };
identity.SetAction(parsed => Identity.Write(Open(parsed), Console.Out));
var conditions = new Command("conditions", "Accuracy on the test images as files of many kinds.") { data, count, only, models };
conditions.SetAction(parsed => WriteConditions(parsed, Condition.All));
var noise = new Command("noise", "The same as files of 28×28 pixels with noise on them.") { data, count, only, models };
noise.SetAction(parsed => WriteConditions(parsed, Condition.Noisy));
var photographed = new Command("photographed", "The same as photographs of a page that went wrong.") { data, count, only, models };
photographed.SetAction(parsed => WriteConditions(parsed, Condition.Photographed));
var photos = new Command("photos", "Accuracy on photographs, whole and behind each step of the preprocessing.") { folder, models };
photos.SetAction(parsed =>
{
    using var networks = new Networks(parsed.GetValue(models)!);
    PhotoFigures figures = PhotoTest.Run(parsed.GetValue(folder)!, networks);
    Console.Write(figures.ToMarkdown());
});

return new RootCommand("What the preprocessing is worth, as tables in Markdown.") { identity, conditions, noise, photographed, photos }.Parse(args).Invoke();

void WriteConditions(ParseResult parsed, IReadOnlyList<Condition> all)
{
    // The first one, the images as they are, is what the others are held against.
    Condition[] chosen = [.. all.Where((condition, index) => index == 0 || parsed.GetValue(only) is not { } part || condition.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];
    using var networks = new Networks(parsed.GetValue(models)!);
    ConditionFigures figures = ConditionTest.Run(
        Open(parsed), parsed.GetValue(count), chosen, networks, done => Console.Error.WriteLine($"{done} images are done."));
    Console.Write(figures.ToMarkdown());
}

DigitDataSet Open(ParseResult parsed) => DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
