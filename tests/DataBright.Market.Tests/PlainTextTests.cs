namespace DataBright.Market.Tests;

/// <summary>Names and words that show as what they are.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Handwritten digits")]
    [InlineData("Écriture à la main, n° 2 (ß)")]
    [InlineData("手書き数字")]
    [InlineData("ספרות בכתב יד")]
    [InlineData("أرقام")]
    [InlineData("می\u200Cخواهم")] // Persian needs the non-joiner
    [InlineData("क्\u200Dष")]
    [InlineData("\U0001F469\u200D\U0001F52C and \u2764\uFE0F")]
    [InlineData("1\uFE0F\u20E3 and #\uFE0F\u20E3")]
    [InlineData("\u00A9\uFE0F 2026, \u00AE\uFE0E, \u2122\uFE0F")]
    [InlineData("a\u0301")]
    [InlineData("$TOKEN, <b> & \"quotes\"")]
    public void What_can_be_seen_is_a_name(string name)
    {
        PlainText.Name(name).ShouldBe(name);
        PlainText.Shown(name).ShouldBe(name);
    }

    [Theory]
    [InlineData("a\u202Egnp.exe", "U+202E at place 2, which turns")]
    [InlineData("exe\u200B", "U+200B at place 4, which cannot be seen")]
    [InlineData("\u2066x\u2069", "U+2066 at place 1, which turns")]
    [InlineData("a\u200Eb", "U+200E at place 2, which turns")]
    [InlineData("a\u061Cb", "U+061C at place 2, which turns")]
    [InlineData("ad\u200Dmin", "U+200D at place 3, which cannot be seen")]
    [InlineData("ad\u00ADmin", "U+00AD at place 3, which cannot be seen")]
    [InlineData("ad\uFE0Fmin", "U+FE0F at place 3, which cannot be seen")]
    [InlineData("ad1\uFE0F", "U+FE0F at place 4, which cannot be seen")]
    [InlineData("1\u200D\u20E3", "U+200D at place 2, which cannot be seen")]
    [InlineData("\u00A9\u200Da", "U+200D at place 2, which cannot be seen")]
    [InlineData("a\u3164b", "U+3164 at place 2, which cannot be seen")]
    [InlineData("a\u2800b", "U+2800 at place 2, which cannot be seen")]
    [InlineData("a\u2028b", "U+2028 at place 2, which cannot be seen")]
    [InlineData("\uFEFFa", "U+FEFF at place 1, which cannot be seen")]
    [InlineData("a\U000E0041b", "U+E0041 at place 2, which cannot be seen")]
    [InlineData("a\nb", "the control character U+000A at place 2")]
    [InlineData("a\u001B[2J", "the control character U+001B at place 2")]
    [InlineData("a\u0085b", "the control character U+0085 at place 2")]
    [InlineData("", "letters that can be seen")]
    [InlineData(" \u00A0\u3000", "letters that can be seen")]
    [InlineData("\u3164\u2800", "letters that can be seen")]
    public void What_shows_other_than_it_is_is_no_name(string name, string saying)
    {
        var told = Should.Throw<FormatException>(() => PlainText.Name(name)).Message;
        told.ShouldContain(saying);
        PlainText.Shown(told).ShouldBe(told);
    }

    [Fact]
    public void Half_a_character_is_none()
    {
        Should.Throw<FormatException>(() => PlainText.Name("a\uD800b")).Message.ShouldContain("half a character at place 2");
        PlainText.Shown("a\uDC00b").ShouldBe("a\uFFFDb");
    }

    [Fact]
    public void What_stands_on_the_ledger_is_shown_as_what_it_is()
    {
        PlainText.Shown("a\u202Egnp.exe\u200B").ShouldBe("a\uFFFDgnp.exe\uFFFD");
        PlainText.Shown("good\u001b[2Jdata\r\nnext\uDC00").ShouldBe("good [2Jdata  next\uFFFD");
        PlainText.ShownLines("one\ntwo\tthree\u2029\r").ShouldBe("one\ntwo\tthree\uFFFD ");
    }

    [Fact]
    public void What_is_shown_is_shown_again_as_it_is_and_has_nothing_odd()
    {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => (char)(random.Next(3) == 0 ? random.Next(0x10000) : random.Next(0x1FF0, 0x2070)))]);
            var shown = PlainText.Shown(text);
            PlainText.Shown(shown).ShouldBe(shown);
            if (shown.Trim().Trim(PlainText.Neutral).Any(char.IsLetter)) PlainText.Name(shown);
        }
    }

    [Fact]
    public void Words_have_lines_and_a_name_has_one()
    {
        PlainText.Words("# Digits\n\nLicence:\tCC0.\n").ShouldStartWith("# Digits");
        Should.Throw<FormatException>(() => PlainText.Words("good\u202Edab"));
        Should.Throw<FormatException>(() => PlainText.Words("bell\a"));
    }

    [Fact]
    public void What_is_cut_is_cut_between_characters()
    {
        PlainText.Cut("abc\U0001F600def", 5).ShouldBe("abc…");
        PlainText.Cut("abcdef", 5).ShouldBe("abcd…");
        PlainText.Cut("abcde", 5).ShouldBe("abcde");
        PlainText.Cut("ab\u202Ecdefg", 5).ShouldBe("ab\uFFFDc…");
    }
}
