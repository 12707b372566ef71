using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>A recipe with some of its numbers set otherwise.</summary>
internal static class Settings
{
    /// <param name="recipe">The recipe to start from.</param>
    /// <param name="changes">Each <c>Name=Value</c>, or <c>Augmentation.Name=Value</c>.</param>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public static Recipe Apply(Recipe recipe, IEnumerable<string> changes)
    {
        JsonNode root = JsonSerializer.SerializeToNode(recipe)!;
        foreach (string change in changes)
        {
            string[] sides = change.Split('=', 2);
            string[] path = sides[0].Split('.');
            JsonNode? place = path[..^1].Aggregate<string, JsonNode?>(root, (node, name) => node?[name]);
            if (sides.Length != 2 || place?[path[^1]] is null)
                throw new ArgumentException($"'{change}' is no Name=Value of a recipe: {root.ToJsonString()}");
            place[path[^1]] = JsonNode.Parse(sides[1]);
        }

        return root.Deserialize<Recipe>()!;
    }
}
