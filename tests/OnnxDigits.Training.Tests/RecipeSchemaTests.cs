using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Tests;

public sealed partial class RecipeSchemaTests
{
    private static readonly XElement Documentation =
        XElement.Load(Path.Combine(AppContext.BaseDirectory, "digit-train.xml"));

    [Fact]
    public void Schema_Printed_IsThatOfTheTypes()
    {
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = Describe,
        };
        JsonObject schema = ReportJson.Options.GetJsonSchemaAsNode(typeof(Recipe), options).AsObject();
        schema["properties"]!["$schema"] = new JsonObject { ["type"] = "string" };
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Training recipe");
        string expected = schema.ToJsonString(ReportJson.Options) + "\n";

        using var command = new CommandRunner();
        Assert.Equal(0, command.Run("recipe", "--schema"));
        if (command.Output.ToString() == expected) return;
        string file = Path.Combine(AppContext.BaseDirectory, "recipe.schema.json");
        File.WriteAllText(file, expected);
        Assert.Fail($"The settings have changed: copy {file} to src/OnnxDigits.Training/Recipes.");
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        JsonObject schema = node.AsObject();
        Type type = context.TypeInfo.Type;
        // Numbers that aren't finite are refused.
        if (type == typeof(double)) schema = new JsonObject { ["type"] = "number" };
        if (type == typeof(double?)) schema = new JsonObject { ["type"] = new JsonArray("number", "null") };
        if (schema.ContainsKey("properties"))
        {
            schema.Remove("required");
            schema["additionalProperties"] = false;
        }
        if (context.PropertyInfo?.AttributeProvider is not PropertyInfo property) return schema;

        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
            if (range.Maximum is not (int.MaxValue or double.MaxValue))
            {
                string bound = range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum";
                schema[bound] = JsonSerializer.SerializeToNode(range.Maximum);
            }
        }
        schema.Insert(0, "description", Summary(property));
        return schema;
    }

    // "Gets the number of passes over the training images." becomes "The number of passes over the training images."
    private static string Summary(PropertyInfo property)
    {
        string member = $"P:{property.DeclaringType!.FullName}.{property.Name}";
        XElement summary = Documentation.Descendants("member")
            .Single(element => (string?)element.Attribute("name") == member).Element("summary")!;
        foreach (XElement link in summary.Descendants("see").ToArray())
        {
            // M:OnnxDigits.Data.DigitGenerator.Draw(System.Int64,System.Int32)
            string[]? names = ((string?)link.Attribute("cref"))?.Split('(')[0].Split('.');
            link.ReplaceWith((string?)link.Attribute("langword") ?? string.Join('.', names![^2..]));
        }

        string text = Spaces().Replace(summary.Value, " ").Trim()["Gets ".Length..];
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
