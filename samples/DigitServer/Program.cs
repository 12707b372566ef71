using System.Text.Json.Nodes;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

// An HTTP server that reads digits:
// curl --data-binary @seven.png http://localhost:5000/digits
// Set options in appsettings.json or the environment, for example Digits__Model=Conv.

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDigitClassifier(builder.Configuration.GetSection("Digits"));
var app = builder.Build();
var limits = new ImageFileOptions { MaxPixels = 16_000_000 };

app.MapGet("/model", (DigitClassifier classifier) => new
{
    model = classifier.Info.Name,
    network = classifier.Info.Network,
    trained_on = classifier.Info.DataSet,
    device = classifier.Info.Device,
    schema = 1,
});
app.MapPost("/digits", async (HttpRequest request, DigitClassifier classifier) =>
{
    using var file = new MemoryStream();
    await request.Body.CopyToAsync(file, request.HttpContext.RequestAborted);
    try
    {
        var prediction = classifier.Classify(ImageFile.Decode(file.ToArray(), name: null, limits).Raster);
        // The names are those of the rows that infer writes.
        var answer = new JsonObject { ["digit"] = prediction.Digit, ["confidence"] = prediction.Confidence };
        foreach (var (digit, probability) in prediction.Scores.ToArray().Index()) answer[$"p{digit}"] = probability;
        answer["status"] = prediction.Status.ToString().ToLowerInvariant();
        answer["schema"] = 1;
        return Results.Ok(answer);
    }
    catch (ImageFileException e)
    {
        return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});
app.Run();
