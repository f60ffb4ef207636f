namespace DataBright.Testing;

public static class TestFiles
{
    /// <summary>Byte i of every test file, as the peers compute it too.</summary>
    public static byte[] Content(int size)
    {
        var content = new byte[size];
        for (int i = 0; i < size; i++) content[i] = (byte)(i * 31 + (i >> 8) * 17);
        return content;
    }

    public static MemoryStream Stream(int size) => new(Content(size), writable: false);
}
