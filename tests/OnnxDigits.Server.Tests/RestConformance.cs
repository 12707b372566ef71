using System.Net;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Server.Tests;

/// <summary>The sentences of the REST specification that a client can observe, each with its test.</summary>
internal static class RestConformance
{
    private const string PairInputs = """
        [{ "name": "a", "shape": [2], "datatype": "INT32", "data": [5, 7] },
         { "name": "b", "shape": [2], "datatype": "INT32", "data": [1, 2] }]
        """;

    public static Dictionary<string, Func<TestServer, Task>> Sentences { get; } = new()
    {
        ["Server live: GET v2/health/live says if the server can receive metadata and inference requests"] = async s =>
            Assert.True((await s.GetAsync("/v2/health/live", "live_server_response")).GetProperty("live").GetBoolean()),

        ["Server ready: GET v2/health/ready says if all models are ready, in 'live' as the specification has it"] =
            async s =>
            {
                var ready = await s.GetAsync("/v2/health/ready", "ready_server_response");
                Assert.True(ready.GetProperty("live").GetBoolean() && ready.GetProperty("ready").GetBoolean());
            },

        ["Model ready: the answer has the name of the model and whether it is ready"] = async s =>
        {
            var ready = await s.GetAsync("/v2/models/best/ready", "ready_model_response");
            Assert.Equal("best", ready.GetProperty("name").GetString());
            Assert.True(ready.GetProperty("ready").GetBoolean());
        },

        ["Model ready: the version in the URL is optional"] = async s =>
            Assert.True((await s.GetAsync("/v2/models/pair/versions/2/ready", "ready_model_response"))
                .GetProperty("ready").GetBoolean()),

        ["Model ready: a model or version that doesn't exist is an error"] = async s =>
        {
            await s.GetAsync("/v2/models/none/ready", "error_response", HttpStatusCode.NotFound);
            await s.GetAsync("/v2/models/pair/versions/3/ready", "error_response", HttpStatusCode.NotFound);
        },

        ["Server metadata: 200 with name, version and extensions"] = async s =>
        {
            var metadata = await s.GetAsync("/v2", "metadata_server_response");
            Assert.Equal("OnnxDigits.Server", metadata.GetProperty("name").GetString());
            Assert.Equal(
                """["binary_tensor_data","classification"]""", metadata.GetProperty("extensions").GetRawText());
            await s.GetAsync("/v2/", "metadata_server_response");
        },

        ["A failed request has an HTTP error status and an object with 'error'"] = async s =>
        {
            await s.GetAsync("/v2/models/none", "error_response", HttpStatusCode.NotFound);
            await s.GetAsync("/v2/nothing", "error_response", HttpStatusCode.NotFound);
            await s.GetAsync("/v2/models/best/infer", "error_response", HttpStatusCode.MethodNotAllowed);
        },

        ["Model metadata: name, versions that may be requested, platform, inputs and outputs"] = async s =>
        {
            var metadata = await s.GetAsync("/v2/models/pair", "metadata_model_response");
            Assert.Equal("pair", metadata.GetProperty("name").GetString());
            Assert.Equal("""["1","2"]""", metadata.GetProperty("versions").GetRawText());
            Assert.Equal("a,b", Names(metadata.GetProperty("inputs")));
            Assert.Equal("sum,difference", Names(metadata.GetProperty("outputs")));
        },

        ["Model metadata: the version in the URL is optional"] = async s =>
            await s.GetAsync("/v2/models/pair/versions/1", "metadata_model_response"),

        ["Platforms: onnx_onnxv1 is an ONNX model for ONNX Runtime"] = async s => Assert.Equal(
            "onnx_onnxv1",
            (await s.GetAsync("/v2/models/best", "metadata_model_response")).GetProperty("platform").GetString()),

        ["Tensor metadata: name, datatype and shape, with -1 for sizes that vary"] = async s => Assert.Equal(
            """[{"name":"input","datatype":"FP32","shape":[-1,1,28,28]}]""",
            (await s.GetAsync("/v2/models/best", "metadata_model_response")).GetProperty("inputs").GetRawText()),

        ["Inference: 200 with the model's name, its version and the outputs"] = async s =>
        {
            var answer = await s.InferAsync("pair", $$"""{ "inputs": {{PairInputs}} }""");
            Assert.Equal("pair", answer.GetProperty("model_name").GetString());
            Assert.Equal("[6,9]", answer.Data("sum"));
            Assert.Equal("[4,5]", answer.Data("difference"));
        },

        ["Inference: without a version, the server chooses the highest"] = async s => Assert.Equal(
            "2",
            (await s.InferAsync("pair", $$"""{ "inputs": {{PairInputs}} }"""))
                .GetProperty("model_version").GetString()),

        ["Inference: with a version, that version is used"] = async s => Assert.Equal(
            "1",
            (await s.InferAsync("pair/versions/1", $$"""{ "inputs": {{PairInputs}} }"""))
                .GetProperty("model_version").GetString()),

        ["Inference: 'id' is returned if it was given"] = async s =>
        {
            var answer = await s.InferAsync("pair", $$"""{ "id": "42", "inputs": {{PairInputs}} }""");
            Assert.Equal("42", answer.GetProperty("id").GetString());
            answer = await s.InferAsync("pair", $$"""{ "inputs": {{PairInputs}} }""");
            Assert.False(answer.TryGetProperty("id", out _));
        },

        ["Inference: 'parameters' of requests, inputs and outputs are objects of any keys"] = async s =>
            await s.InferAsync("same-int32", """
                { "parameters": { "x": 1 },
                  "inputs": [{ "name": "x", "shape": [1, 1], "datatype": "INT32", "parameters": { "y": "z" },
                               "data": [3] }],
                  "outputs": [{ "name": "y", "parameters": { "w": true } }] }
                """),

        ["Inference: only requested outputs are returned, in their order"] = async s =>
        {
            string outputs = """[{ "name": "difference" }, { "name": "sum" }]""";
            var answer = await s.InferAsync("pair", $$"""{ "inputs": {{PairInputs}}, "outputs": {{outputs}} }""");
            Assert.Equal("difference,sum", Names(answer.GetProperty("outputs")));
            answer = await s.InferAsync("pair", $$"""{ "inputs": {{PairInputs}}, "outputs": [{ "name": "sum" }] }""");
            Assert.Equal("sum", Names(answer.GetProperty("outputs")));
        },

        ["Inference: an output that the model doesn't have, or that is named twice, is an error"] = async s =>
        {
            string request = $$"""{ "inputs": {{PairInputs}}, "outputs": [{ "name": "NAMES" }] }""";
            Assert.Contains("'sum', 'difference'", await s.RefuseAsync("pair", request));
            request = $$"""{ "inputs": {{PairInputs}}, "outputs": [{ "name": "sum" }, { "name": "sum" }] }""";
            Assert.Contains("twice", await s.RefuseAsync("pair", request));
        },

        ["Inference: 'inputs' are required"] = async s =>
        {
            await s.RefuseAsync("pair", "{}");
            Assert.Contains("'a' is missing", await s.RefuseAsync("pair", """{ "inputs": [] }"""));
        },

        ["Inference: inputs may be in any order"] = async s =>
        {
            var answer = await s.InferAsync("pair", """
                { "inputs": [{ "name": "b", "shape": [1], "datatype": "INT32", "data": [1] },
                             { "name": "a", "shape": [1], "datatype": "INT32", "data": [9] }] }
                """);
            Assert.Equal("[8]", answer.Data("difference"));
        },

        ["Inference: an input that the model doesn't have, or that is given twice, is an error"] = async s =>
        {
            string x = """{ "name": "x", "shape": [1, 1], "datatype": "INT32", "data": [1] }""";
            Assert.Contains("no such input", await s.RefuseAsync("pair", $$"""{ "inputs": [{{x}}] }"""));
            Assert.Contains("given twice", await s.RefuseAsync("same-int32", $$"""{ "inputs": [{{x}}, {{x}}] }"""));
        },

        ["Request input: name, shape, datatype and data are required"] = async s =>
        {
            string[] fields = ["\"name\": \"x\"", "\"shape\": [1, 1]", "\"datatype\": \"INT32\"", "\"data\": [1]"];
            foreach (string field in fields)
            {
                string input = string.Join(", ", fields.Except([field]));
                await s.RefuseAsync("same-int32", $$"""{ "inputs": [{ {{input}} }] }""");
            }
        },

        ["Request input: the shape is that of the whole batch"] = async s => Assert.Equal(
            "[10,26]",
            (await s.InferAsync("sums", """
                { "inputs": [{ "name": "x", "shape": [2, 4], "datatype": "FP32", "data": [1, 2, 3, 4, 5, 6, 7, 8] }] }
                """)).Data("sum")),

        ["Request input: sizes are unsigned integers"] = async s =>
        {
            foreach (string shape in (string[])["[-1, -1]", "[1.5, 1]", "[\"1\", 1]", "[18446744073709551616, 1]", "1"])
            {
                await s.RefuseAsync("same-int32", Same("INT32", shape, "[1]"));
            }
        },

        ["Request input: the shape fits the model"] = async s =>
        {
            string wrong = Same("FP32", "[1, 3]", "[1, 2, 3]");
            Assert.Contains("FP32 [1, 3], but must be FP32 [-1, 4]", await s.RefuseAsync("sums", wrong));
            Assert.Contains("[4], but must be", await s.RefuseAsync("sums", Same("FP32", "[4]", "[1, 2, 3, 4]")));
        },

        ["Tensor data: all datatypes in row-major order, flat"] = async s =>
        {
            foreach (var (type, data) in Values())
            {
                var answer = await s.InferAsync($"same-{type.ToLowerInvariant()}", Same(type, "[2, 2]", data));
                Assert.Equal(data, answer.Data("y"));
                Assert.Equal("[2,2]", answer.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
                Assert.Equal(type, answer.GetProperty("outputs")[0].GetProperty("datatype").GetString());
            }
        },

        ["Tensor data: nested like the shape"] = async s => Assert.Equal(
            "[1,2,3,4,5,6]",
            (await s.InferAsync("same-int64", Same("INT64", "[2, 3]", "[[1, 2, 3], [4, 5, 6]]"))).Data("y")),

        ["Tensor data: all forms of a number of JSON are numbers"] = async s => Assert.Equal(
            "[0,7,0.5,-0,2500,0.001]",
            (await s.InferAsync("same-fp32", Same("FP32", "[6, 1]", "[0,7 ,  0.5,\n\t-0.0, 2.5e3,1E-3]"))).Data("y")),

        ["Tensor data: the number of elements and the nesting fit the shape"] = async s =>
        {
            foreach (string data in (string[])
                ["[1, 2, 3]", "[1, 2, 3, 4, 5]", "[]", "[[1, 2], [3]]", "[[1, 2, 3, 4]]", "[[[1, 2], [3, 4]]]",
                    "[[1, 2], 3, 4]", "[1, [2, 3, 4]]", "3", "null"])
            {
                await s.RefuseAsync("same-int32", Same("INT32", "[2, 2]", data));
                await s.RefuseAsync("same-fp32", Same("FP32", "[2, 2]", data));
            }
        },

        ["Tensor data: an empty tensor is a tensor"] = async s =>
            Assert.Equal("[]", (await s.InferAsync("same-int32", Same("INT32", "[0, 3]", "[]"))).Data("y")),

        ["Tensor data: a value that isn't of the datatype is refused by its place and the type's name"] = async s =>
        {
            foreach (var (type, value) in ((string, string)[])
                [("INT8", "128"), ("UINT8", "-1"), ("UINT8", "256"), ("INT16", "40000"), ("UINT16", "-1"),
                    ("INT32", "2147483648"), ("UINT32", "4294967296"), ("INT64", "9223372036854775808"),
                    ("UINT64", "-1"), ("INT32", "1.5"), ("INT32", "true"), ("INT32", "\"1\""), ("FP32", "1e39"),
                    ("FP32", "true"), ("FP32", "\"1,2\""), ("FP16", "70000"), ("BF16", "1e39"), ("FP64", "\"x\""), ("BOOL", "1"), ("BYTES", "1")])
            {
                string error = await s.RefuseAsync(
                    $"same-{type.ToLowerInvariant()}", Same(type, "[1, 1]", $"[{value}]"));
                Assert.Contains($"The element 0 of 'x' isn't a valid {type}.", error);
            }
        },

        ["Tensor data: texts are valid UTF-8"] = async s =>
        {
            byte[] body = Encoding.UTF8.GetBytes(Same("BYTES", "[1, 1]", "[\"?\"]"));
            body[Array.IndexOf(body, (byte)'?')] = 0xff;
            using var content = new ByteArrayContent(body);
            using var answer = await s.Http.PostAsync(
                "/v2/models/same-bytes/infer", content, TestContext.Current.CancellationToken);
            await Rest.ReadAsync(answer, "error_response", HttpStatusCode.BadRequest);
        },

        ["Tensor data: numbers that JSON lacks are texts"] = async s =>
        {
            foreach (string type in (string[])["FP16", "BF16", "FP32", "FP64"])
            {
                const string Data = """["NaN","Infinity","-Infinity"]""";
                var answer = await s.InferAsync($"same-{type.ToLowerInvariant()}", Same(type, "[1, 3]", Data));
                Assert.Equal(Data, answer.Data("y"));
            }
        },

        ["Datatypes: a datatype that the protocol or the model doesn't have is refused by name"] = async s =>
        {
            Assert.Contains("Use one of BF16, BOOL", await s.RefuseAsync("same-int32", Same("FP128", "[1, 1]", "[1]")));
            Assert.Contains(
                "INT64 [1, 1], but must be INT32", await s.RefuseAsync("same-int32", Same("INT64", "[1, 1]", "[1]")));
        },

        ["A body that isn't the object of the specification is an error"] = async s =>
        {
            foreach (string body in (string[])
                ["", "{", "[]", "null", "1", """{ "inputs": 1 }""", """{ "inputs": [], "inputs": [] }""",
                    """{ "id": 4, "inputs": [] }"""])
            {
                await s.RefuseAsync("same-int32", body);
            }
        },
    };

    /// <summary>Returns values for each datatype, as the server writes them.</summary>
    private static IEnumerable<(string Type, string Data)> Values() =>
    [
        ("BOOL", "[true,false,false,true]"), ("INT8", "[-128,0,1,127]"), ("UINT8", "[0,1,128,255]"),
        ("INT16", "[-32768,0,1,32767]"), ("UINT16", "[0,1,2,65535]"), ("INT32", "[-2147483648,0,1,2147483647]"),
        ("UINT32", "[0,1,2,4294967295]"), ("INT64", "[-9223372036854775808,0,1,9223372036854775807]"),
        ("UINT64", "[0,1,2,18446744073709551615]"), ("FP16", "[0,-1.5,0.5,2048]"), ("BF16", "[0,-1.5,0.5,256]"),
        ("FP32", "[0,-1.5,0.1,1E-45]"), ("FP64", "[0,-1.5,0.1,5E-324]"), ("BYTES", """["","a","z","text"]"""),
    ];

    private static string Same(string type, string shape, string data) =>
        $$"""{ "inputs": [{ "name": "x", "shape": {{shape}}, "datatype": "{{type}}", "data": {{data}} }] }""";

    private static string Names(JsonElement tensors) =>
        string.Join(',', tensors.EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()));
}
