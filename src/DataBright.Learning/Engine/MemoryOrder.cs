using DataBright.Learning.Shapes;

namespace DataBright.Learning.Engine;

/// <summary>Maps lie in memory as (row, column, channel), tensors of checkpoints as (channel, row, column).</summary>
internal static class MemoryOrder
{
    /// <summary>The place in a checkpoint's tensor of each value in (row, column, channel) order.</summary>
    public static int[] Places(ExampleShape shape)
    {
        var places = new int[shape.Size];
        var k = 0;
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                for (var c = 0; c < shape.Channels; c++)
                    places[k++] = (c * shape.Height + y) * shape.Width + x;
        return places;
    }
}
