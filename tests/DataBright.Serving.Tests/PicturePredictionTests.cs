using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Learning.Training;
using DataBright.Storage;

namespace DataBright.Serving.Tests;

/// <summary>Pictures as people have them, sent as they are or many together.</summary>
public sealed class PicturePredictionTests
{
    private static readonly byte[] Pixels = [0, 40, 80, 120, 160, 255];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_is_answered_as_the_values_of_its_pixels()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var values = Pixels.Select(pixel => pixel / 255f).ToArray();
        var voucher = world.Voucher(1_000);

        var answer = await SendAsync(world, Png(3, 2, Pixels), $"1 0.001 {voucher.Signature}");

        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        answer.GetProperty("scores")[0].EnumerateArray().Select(score => score.GetSingle()).ToArray().ShouldBe(model.Predict(values));
        answer.GetProperty("receipt").GetProperty("inputs").GetString().ShouldBe(PredictionRequest.HashOf(values).ToString());
        answer.GetProperty("receipt").GetProperty("cumulative").GetString().ShouldBe("0.001");
    }

    [Fact]
    public async Task Many_pictures_of_any_size_are_one_request()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var large = Png(6, 4, [.. Enumerable.Range(0, 24).Select(i => (byte)(Pixels[(i / 12 * 3) + (i % 6 / 2)]))]);
        using var answer = await world.Http.PostAsJsonAsync($"/predictions/{PredictionWorld.Model}", new
        {
            images = new[] { Png(3, 2, Pixels), large },
            channel = 1,
            cumulative = "0.002",
            signature = world.Voucher(2_000).Signature.ToString(),
        }, Stop);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Stop));
        var scores = json.RootElement.GetProperty("scores");
        scores[1].ToString().ShouldBe(scores[0].ToString());
    }

    [Fact]
    public async Task Pictures_that_are_none_or_unpack_to_too_much_buy_nothing()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var square = Png(1500, 1500, new byte[1500 * 1500]);
        using var two = await world.Http.PostAsJsonAsync($"/predictions/{PredictionWorld.Model}",
            new { images = new[] { square, square } }, Stop);
        await RefusedAsync(two, "1500×1500");
        using var both = await world.Http.PostAsJsonAsync($"/predictions/{PredictionWorld.Model}",
            new { images = new[] { square }, inputs = new[] { PredictionWorld.Inputs(1) } }, Stop);
        await RefusedAsync(both, "either inputs");
        foreach (var (body, header, why) in new[]
        {
            ("<svg onload=alert(1)>"u8.ToArray(), null, "not a PNG"),
            ([.. Png(3, 2, Pixels), .. "<script>"u8], null, "bytes follow"),
            (Png(3000, 1500, new byte[3000 * 1500]), null, "3000×1500"),
            (Png(3, 2, Pixels), "1 0.001", "three words"),
            (Png(3, 2, Pixels), "1 -5 0x00", "cannot be read"),
        })
        {
            using var answer = await PostAsync(world, body, header);
            await RefusedAsync(answer, why);
        }

        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, string why)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        CanonicalJson.Read<PredictionProblem>(await answer.Content.ReadAsByteArrayAsync(Stop)).Detail.ShouldContain(why);
    }

    private static async Task<JsonElement> SendAsync(PredictionWorld world, byte[] png, string? voucher)
    {
        using var answer = await PostAsync(world, png, voucher);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Stop));
        return json.RootElement.Clone();
    }

    private static async Task<HttpResponseMessage> PostAsync(PredictionWorld world, byte[] body, string? voucher)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        if (voucher is not null) content.Headers.Add("DataBright-Voucher", voucher);
        return await world.Http.PostAsync(new Uri($"/predictions/{PredictionWorld.Model}", UriKind.Relative), content, Stop);
    }

    /// <summary>Eight bits, grey.</summary>
    private static byte[] Png(int width, int height, byte[] pixels)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            foreach (var row in pixels.Chunk(width)) zlib.Write([0, .. row]);
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR"u8, [.. Big(width), .. Big(height), 8, 0, 0, 0, 0]),
            .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] body) =>
        [.. Big(body.Length), .. type, .. body, .. Big((int)Checksum([.. type, .. body]))];

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>CRC-32, bit by bit.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
