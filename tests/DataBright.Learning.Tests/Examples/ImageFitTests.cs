using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests.Examples;

public sealed class ImageFitTests
{
    private static readonly ExampleShape Digit = new(1, 28, 28);

    [Fact]
    public void An_image_that_fits_is_taken_as_for_training()
    {
        var image = Noise(28, 28, 1, 8, seed: 1);
        ImageFit.Fit(image, Digit).ShouldBe(image.Samples.Select(sample => sample / 255f).ToArray());
        var colours = Noise(5, 4, 3, 16, seed: 2);
        var values = ImageFit.Fit(colours, new ExampleShape(3, 4, 5));
        for (var c = 0; c < 3; c++)
            for (var p = 0; p < 20; p++)
                values[c * 20 + p].ShouldBe(colours.Samples[3 * p + c] / 65535f);
    }

    [Theory]
    [InlineData(56, 56)]
    [InlineData(100, 61)]
    [InlineData(61, 100)]
    [InlineData(7, 9)]
    [InlineData(28, 27)]
    [InlineData(1, 1)]
    public void Any_size_becomes_the_mean_over_the_areas(int width, int height)
    {
        var image = Noise(width, height, 1, 8, seed: width * 1000 + height);
        var fitted = ImageFit.Fit(image, Digit);
        var slow = Slow(image, Digit);
        for (var i = 0; i < fitted.Length; i++) (fitted[i] * 255.0).ShouldBe(slow[i], 0.5001);
    }

    [Fact]
    public void One_colour_stays_that_colour_at_every_size()
    {
        for (var side = 1; side < 70; side += 3)
            ImageFit.Fit(new PngImage(side, side + 5, 1, 8, [.. Enumerable.Repeat((ushort)137, side * (side + 5))]), Digit)
                .ShouldAllBe(value => value == 137 / 255f);
    }

    [Fact]
    public void Whole_blocks_are_averaged_and_rounded_half_up() =>
        ImageFit.Fit(new PngImage(4, 4, 1, 8, [0, 1, 10, 10, 0, 1, 10, 10, 255, 255, 3, 3, 255, 255, 3, 4]), new ExampleShape(1, 2, 2))
            .ShouldBe([1 / 255f, 10 / 255f, 255 / 255f, 3 / 255f]);

    [Fact]
    public void Colours_become_luma_and_grey_becomes_colours()
    {
        ushort[] primaries = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        ImageFit.Fit(new PngImage(2, 2, 3, 8, primaries), new ExampleShape(1, 2, 2)).ShouldBe([76 / 255f, 150 / 255f, 29 / 255f, 1f]);
        ImageFit.Fit(new PngImage(2, 2, 1, 8, [1, 2, 3, 4]), new ExampleShape(3, 2, 2))
            .ShouldBe(new[] { 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4 }.Select(value => value / 255f).ToArray());
    }

    [Fact]
    public void What_is_clear_is_white()
    {
        ImageFit.Fit(new PngImage(2, 2, 2, 8, [9, 0, 9, 255, 0, 128, 255, 128]), new ExampleShape(1, 2, 2))
            .ShouldBe([1f, 9 / 255f, 127 / 255f, 1f]);
        ImageFit.Fit(new PngImage(2, 2, 4, 16, [0, 0, 0, 0, 0, 0, 0, 65535, 65535, 0, 0, 65535, 5, 5, 5, 0]), new ExampleShape(3, 2, 2))
            .ShouldBe([1f, 0f, 1f, 1f, 1f, 0f, 0f, 1f, 1f, 0f, 0f, 1f]);
    }

    [Fact]
    public void A_model_of_rows_takes_no_picture_and_a_huge_picture_is_refused_before_it_is_unpacked()
    {
        Should.Throw<MalformedInputException>(() => ImageFit.Read([], new ExampleShape(1, 1, 4), "row")).Message
            .ShouldContain("takes 4 values");
        var huge = PngWriter.Write(4096, 2048, colour: 0, depth: 1, interlaced: false, isClear: false, seed: 1);
        Should.Throw<MalformedInputException>(() => ImageFit.Read(huge, Digit, "huge.png")).Message.ShouldContain("4096×2048");
        PngImage.Parse(huge, "huge.png").Width.ShouldBe(4096);
    }

    private static PngImage Noise(int width, int height, int channels, int depth, int seed)
    {
        var chance = new Random(seed);
        return new PngImage(width, height, channels, depth,
            [.. Enumerable.Range(0, width * height * channels).Select(_ => (ushort)chance.Next(1 << depth))]);
    }

    /// <summary>The same by real numbers and many small squares.</summary>
    private static double[] Slow(PngImage image, ExampleShape shape)
    {
        double proportion = (double)shape.Width / shape.Height;
        var columns = Math.Min(image.Width, Math.Max(1, Math.Floor(image.Height * proportion)));
        var rows = Math.Min(image.Height, Math.Max(1, Math.Floor(image.Width / proportion)));
        var (top, left) = (Math.Floor((image.Height - rows) / 2), Math.Floor((image.Width - columns) / 2));
        var result = new double[shape.Height * shape.Width];
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
            {
                var sum = 0.0;
                var (y0, y1) = (y * rows / shape.Height, (y + 1) * rows / shape.Height);
                var (x0, x1) = (x * columns / shape.Width, (x + 1) * columns / shape.Width);
                for (var row = 0; row < rows; row++)
                    for (var column = 0; column < columns; column++)
                    {
                        var tall = Math.Max(0, Math.Min(y1, row + 1) - Math.Max(y0, row));
                        var wide = Math.Max(0, Math.Min(x1, column + 1) - Math.Max(x0, column));
                        sum += tall * wide * image.Samples[(int)((top + row) * image.Width + left + column)];
                    }
                result[y * shape.Width + x] = sum / ((y1 - y0) * (x1 - x0));
            }
        return result;
    }
}
