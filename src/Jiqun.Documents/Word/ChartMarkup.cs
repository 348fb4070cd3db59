using System.Globalization;
using System.Security;
using System.Text;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Bars under each other as a chart of Word's own, which LibreOffice and WPS draw, too.</summary>
/// <remarks>Source: ECMA-376 part 1 §21.2 (DrawingML charts); its schema fixes the order of elements.</remarks>
static class ChartMarkup
{
    public const string Drawing = "http://schemas.openxmlformats.org/drawingml/2006/main", Chart = "http://schemas.openxmlformats.org/drawingml/2006/chart";

    /// <summary>Id of the workbook's relationship in the chart.</summary>
    public const string WorkbookId = "rId1";

    const int HeightOfBar = 19, HeightAround = 14;

    /// <summary>In points.</summary>
    public static int Height(PrintedBars bars) => (bars.Bars.Count * HeightOfBar) + HeightAround;

    /// <summary>The part with the chart.</summary>
    public static string Of(PrintedBars bars)
    {
        var count = bars.Bars.Count;
        return $"""
            {WordParts.Declaration}<c:chartSpace xmlns:c="{Chart}" xmlns:a="{Drawing}" xmlns:r="{WordParts.Relationships}"><c:date1904 val="0"/><c:roundedCorners val="0"/>
            <c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>
            <c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>
            <c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>{Excel.ChartWorkbook.Sheet}!$B$1</c:f><c:strCache>{Points([bars.Measure])}</c:strCache></c:strRef></c:tx>
            <c:spPr><a:solidFill><a:srgbClr val="{ChartColour.Hex(ChartColour.Bar)}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>
            <c:dLbls><c:numFmt formatCode="General" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>
            <c:cat><c:strRef><c:f>{Excel.ChartWorkbook.Sheet}!$A$2:$A${count + 1}</c:f><c:strCache>{Points(bars.Bars.Select(b => b.Name))}</c:strCache></c:strRef></c:cat>
            <c:val><c:numRef><c:f>{Excel.ChartWorkbook.Sheet}!$B$2:$B${count + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>{Points(bars.Bars.Select(b => b.Shown))}</c:numCache></c:numRef></c:val></c:ser>
            <c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>
            <c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr><c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>
            <c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>
            </c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>
            <c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>
            <c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="850"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>
            <c:externalData r:id="{WorkbookId}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>
            """;
    }

    static string Points(IEnumerable<string> values)
    {
        var xml = new StringBuilder();
        var count = 0;
        foreach (var value in values)
            xml.Append(CultureInfo.InvariantCulture, $"""<c:pt idx="{count++}"><c:v>{SecurityElement.Escape(value)}</c:v></c:pt>""");
        return $"""<c:ptCount val="{count}"/>{xml}""";
    }
}
