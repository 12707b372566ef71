using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Reading;

// Counts how many images a model reads: dotnet run -c Release --project tools/Reading -- sets DIR
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var models = new Option<string[]>("--model")
{
    Description = "A model file, or best, conv or dense. Give it several times to compare models.",
    DefaultValueFactory = _ => ["best", "conv", "dense"],
};

var folder = new Argument<string>("DIR")
{
    Description = "A folder of sets. Images in a folder named 0 to 9 have that label.",
};
var sets = new Command("sets", "Reads sets of image files.") { folder, models };
sets.SetAction(parsed =>
{
    using var readers = new Readers(parsed.GetValue(models)!);
    ImageSets.Read(parsed.GetValue(folder)!, readers);
    readers.Print("set");
});

var data = new Option<string?>("--data")
{
    Description = "A folder with MNIST's files, mnist or generated, as for infer.",
};
var count = new Option<int>("--count") { Description = "The number of test images.", DefaultValueFactory = _ => 500 };
var only = new Option<string>("--only")
{
    Description = "Reads only conditions whose name contains this.",
    DefaultValueFactory = _ => "",
};
var conditions = new Command("conditions", "Reads test images rendered as files of many kinds.")
{
    data, count, only, models,
};
conditions.SetAction(parsed =>
{
    using var readers = new Readers(parsed.GetValue(models)!);
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages images = set.Test.Slice(0, Math.Min(parsed.GetValue(count), set.Test.Count));
    Condition.ReadAll(images, parsed.GetValue(only)!, readers);
    Console.WriteLine($"{images.Count} test images of {set.Name}.\n");
    readers.Print("condition");
});

var people = new Argument<string?>("DIR")
{
    Description = "A folder of sets as for sets.",
    Arity = ArgumentArity.ZeroOrOne,
};
var model = new Option<string>("--model")
{
    Description = "A model file, or best, conv or dense.",
    DefaultValueFactory = _ => "best",
};
var confidence = new Command("confidence", "Compares confidence with accuracy on MNIST's test images and on sets.")
{
    people, data, model,
};
confidence.SetAction(parsed =>
{
    using DigitClassifier classifier = Readers.Open(parsed.GetValue(model)!);
    var answers = new Confidence(classifier);
    answers.ReadTest(DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) }));
    if (parsed.GetValue(people) is { } setsOfPeople) answers.ReadFiles(setsOfPeople);
    answers.Print();
});

var maps = new Command("maps", "Maps the error and blank rates over properties of pictures.")
{
    data, count, only, model,
};
maps.SetAction(parsed =>
{
    using DigitClassifier classifier = Readers.Open(parsed.GetValue(model)!);
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages images = set.Test.Slice(0, Math.Min(parsed.GetValue(count), set.Test.Count));
    Console.WriteLine($"{images.Count} test images of {set.Name}.\n");
    ConditionMap.PrintAll(images, parsed.GetValue(only)!, classifier);
});

var numbers = new Option<string?>("--numbers")
{
    Description = "Reads the pictures of a folder with a file labels.csv instead: the name and the lines of each.",
};
var train = new Option<bool>("--train") { Description = "Draws the pages of the last training images instead." };
var pages = new Command("pages", "Reads pages of several digits.") { data, count, numbers, train, model };
pages.SetAction(parsed =>
{
    using DigitClassifier classifier = Readers.Open(parsed.GetValue(model)!);
    if (parsed.GetValue(numbers) is { } pictures)
    {
        Pages.ReadFolder(pictures, classifier);
        return;
    }
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages all = parsed.GetValue(train) ? set.Train : set.Test;
    int taken = Math.Min(parsed.GetValue(count), all.Count);
    Pages.ReadGenerated(all.Slice(parsed.GetValue(train) ? all.Count - taken : 0, taken), classifier);
});

return new RootCommand("Prints how many images are read right, wrong, uncertain and blank, as Markdown.")
{
    sets, conditions, maps, confidence, pages,
}.Parse(args).Invoke();
