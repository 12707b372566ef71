using OnnxDigits.Imaging;
using OnnxDigits.Inference;

// An HTTP server that reads digits:
// curl --data-binary @seven.png http://localhost:5000/digits
// Set options in appsettings.json or the environment, for example Digits__Model=Conv.

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDigitClassifier(builder.Configuration.GetSection("Digits"));
var app = builder.Build();
var limits = new ImageFileOptions { MaxPixels = 16_000_000 };

app.MapGet("/model", (DigitClassifier classifier) => classifier.Info);
app.MapPost("/digits", async (HttpRequest request, DigitClassifier classifier) =>
{
    using var file = new MemoryStream();
    await request.Body.CopyToAsync(file, request.HttpContext.RequestAborted);
    try
    {
        var prediction = classifier.Classify(ImageFile.Decode(file.ToArray(), name: null, limits).Raster);
        return Results.Ok(new
        {
            prediction.Digit,
            prediction.Confidence,
            Status = prediction.Status.ToString(),
            Scores = prediction.Scores.ToArray(),
        });
    }
    catch (ImageFileException e)
    {
        return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});
app.Run();
