namespace DataBright.Ethereum;

/// <summary>Lists and dynamic tuples in one call each, as generated bindings write and read them.</summary>
public static class AbiLists
{
    /// <summary>Writes an array without fixed length.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="items">The elements.</param>
    /// <param name="elementWords">Words that one element has in the head: 1 where it is dynamic.</param>
    /// <param name="write">Writes one element.</param>
    public static void List<T>(this AbiWriter writer, IReadOnlyList<T> items, int elementWords, Action<AbiWriter, T> write)
    {
        writer.BeginArray(items.Count, elementWords);
        foreach (var item in items)
            write(writer, item);
        writer.End();
    }

    /// <summary>Writes an array of fixed length.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="items">The elements.</param>
    /// <param name="length">How many there must be.</param>
    /// <param name="isDynamic">Whether the elements are dynamic.</param>
    /// <param name="write">Writes one element.</param>
    /// <exception cref="AbiException">There are more or fewer elements.</exception>
    public static void FixedList<T>(this AbiWriter writer, IReadOnlyList<T> items, int length, bool isDynamic, Action<AbiWriter, T> write)
    {
        if (items.Count != length)
            throw new AbiException($"An array of {length} elements was given {items.Count}.");
        if (isDynamic)
            writer.BeginTuple(length);
        foreach (var item in items)
            write(writer, item);
        if (isDynamic)
            writer.End();
    }

    /// <summary>Writes a dynamic tuple.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The tuple.</param>
    /// <param name="headWords">Words in the head of its parts together.</param>
    /// <param name="write">Writes the parts.</param>
    public static void Tuple<T>(this AbiWriter writer, T value, int headWords, Action<AbiWriter, T> write)
    {
        writer.BeginTuple(headWords);
        write(writer, value);
        writer.End();
    }

    /// <summary>Reads an array without fixed length.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="elementWords">Words that one element has in the head: 1 where it is dynamic.</param>
    /// <param name="read">Reads one element.</param>
    public static IReadOnlyList<T> List<T>(this AbiReader reader, int elementWords, Func<AbiReader, T> read)
    {
        var items = new T[reader.BeginArray(elementWords)];
        for (var i = 0; i < items.Length; i++)
            items[i] = read(reader);
        reader.End();
        return items;
    }

    /// <summary>Reads an array of fixed length.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="length">How many elements it has.</param>
    /// <param name="isDynamic">Whether the elements are dynamic.</param>
    /// <param name="read">Reads one element.</param>
    public static IReadOnlyList<T> FixedList<T>(this AbiReader reader, int length, bool isDynamic, Func<AbiReader, T> read)
    {
        if (isDynamic)
            reader.BeginTuple();
        var items = new T[length];
        for (var i = 0; i < items.Length; i++)
            items[i] = read(reader);
        if (isDynamic)
            reader.End();
        return items;
    }

    /// <summary>Reads a dynamic tuple.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="read">Reads the parts.</param>
    public static T Tuple<T>(this AbiReader reader, Func<AbiReader, T> read)
    {
        reader.BeginTuple();
        var value = read(reader);
        reader.End();
        return value;
    }

    /// <summary>Reads an indexed parameter of an event.</summary>
    /// <param name="log">The event.</param>
    /// <param name="index">The topic's place; 0 is the event's own topic.</param>
    public static AbiReader Indexed(this Log log, int index) => new(log.Topics[index].ToArray());
}
